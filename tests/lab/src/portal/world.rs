//! What the portal knows: who is logged in, and which times are booked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use super::EId;
use super::booking::Booking;
use crate::relying_party::{Answer, LoggedIn, RelyingParty};

/// The portal behind its pages; clones are the same portal.
#[derive(Clone)]
pub(super) struct World(Arc<Inner>);

struct Inner {
    e_id: EId,
    url: String,
    issuer: String,
    relying_party: RelyingParty,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    sessions: HashMap<String, LoggedIn>,
    bookings: Vec<Booking>,
}

impl World {
    pub(super) fn new(url: String, issuer: String, relying_party: RelyingParty, e_id: EId) -> Self {
        Self(Arc::new(Inner {
            e_id,
            url,
            issuer,
            relying_party,
            known: Mutex::default(),
        }))
    }

    /// By what its people log in.
    pub(super) fn e_id(&self) -> EId {
        self.0.e_id
    }

    pub(super) fn url(&self) -> &str {
        &self.0.url
    }

    pub(super) fn issuer(&self) -> &str {
        &self.0.issuer
    }

    pub(super) fn begin_login(&self) -> anyhow::Result<String> {
        let begun = self.0.relying_party.begin(&format!("{}/callback", self.0.url))?;
        Ok(begun.address)
    }

    /// Returns the session's secret.
    pub(super) async fn finish_login(&self, answer: Answer) -> anyhow::Result<String> {
        let who = self.0.relying_party.finish(answer).await?;
        let session = Uuid::new_v4().simple().to_string();
        self.with(|known| known.sessions.insert(session.clone(), who));
        Ok(session)
    }

    pub(super) fn who(&self, session: Option<&str>) -> Option<LoggedIn> {
        self.with(|known| known.sessions.get(session?).cloned())
    }

    pub(super) fn forget(&self, session: Option<&str>) {
        self.with(|known| session.and_then(|session| known.sessions.remove(session)));
    }

    pub(super) fn bookings_of(&self, who: &LoggedIn) -> Vec<Booking> {
        self.with(|known| {
            let theirs = known.bookings.iter().filter(|booking| is_of(booking, who));
            theirs.cloned().collect()
        })
    }

    pub(super) fn booking_of(&self, who: &LoggedIn, id: &str) -> Option<Booking> {
        self.with(|known| {
            let mut bookings = known.bookings.iter();
            bookings
                .find(|booking| booking.id == id && is_of(booking, who))
                .cloned()
        })
    }

    pub(super) fn put_booking(&self, booking: Booking) {
        self.with(|known| {
            known.bookings.retain(|other| other.id != booking.id);
            known.bookings.push(booking);
        });
    }

    fn with<T>(&self, work: impl FnOnce(&mut Known) -> T) -> T {
        work(&mut self.0.known.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn is_of(booking: &Booking, who: &LoggedIn) -> bool {
    booking.personal_number == who.personal_number
}
