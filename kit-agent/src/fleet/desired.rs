//! The last synced state: in memory for everybody to see, on disk so that a meeting can be joined after a restart while
//! the server is away.
//!
//! It holds meeting links, so the file is sealed (AES-256-GCM). The key lies beside it: what that protects against, and
//! what not, is in `docs/threat-model.md`. A meeting that was forgotten here stays forgotten, whatever the server says.

use std::io;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use fleet_api::{DesiredState, ReservationId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use zeroize::Zeroizing;

use super::state_dir::{DESIRED, SEAL_KEY, StateDir};

/// How long after its planned end a meeting is kept; meetings run late.
const KEPT_AFTER_END: SignedDuration = SignedDuration::from_hours(2);
const PURPOSE: &[u8] = b"kit-agent desired state 1";

/// What lies sealed on disk.
#[derive(Default, Serialize, Deserialize)]
struct Stored {
    desired: DesiredState,
    /// Meetings that were wiped here but that the server may still name.
    forgotten: Vec<ReservationId>,
}

/// Keeper of the desired state.
pub(super) struct Desired {
    state: StateDir,
    key: RandomizedNonceKey,
    forgotten: Vec<ReservationId>,
    shown: watch::Sender<DesiredState>,
}

impl Desired {
    /// Reads what was last synced. A file that cannot be opened is as good as none: the next sync replaces it.
    pub(super) fn open(state: StateDir, now: Timestamp) -> io::Result<Self> {
        let key = seal_key(&state)?;
        let stored = match state.read_if_there(DESIRED)? {
            None => Stored::default(),
            Some(sealed) => unseal(&key, sealed).unwrap_or_else(|| {
                tracing::warn!("the stored state could not be opened; waiting for the next sync");
                Stored::default()
            }),
        };
        let shown = watch::Sender::new(stored.desired);
        let mut desired = Self {
            state,
            key,
            forgotten: stored.forgotten,
            shown,
        };
        desired.drop_old(now)?;
        Ok(desired)
    }

    pub(super) fn watch(&self) -> watch::Receiver<DesiredState> {
        self.shown.subscribe()
    }

    /// Takes over what the server wants.
    pub(super) fn replace(&mut self, mut wanted: DesiredState) -> io::Result<()> {
        // What the server no longer names need not be remembered as forgotten.
        self.forgotten.retain(|id| {
            wanted
                .reservations
                .iter()
                .any(|reservation| reservation.id == *id)
        });
        wanted
            .reservations
            .retain(|reservation| !self.forgotten.contains(&reservation.id));
        if *self.shown.borrow() == wanted {
            return Ok(());
        }
        self.shown.send_replace(wanted);
        self.save()
    }

    /// Forgets a meeting and its link, in memory and on disk, for good.
    pub(super) fn forget(&mut self, reservation: ReservationId) -> io::Result<()> {
        if !self.forgotten.contains(&reservation) {
            self.forgotten.push(reservation);
        }
        self.shown
            .send_modify(|desired| desired.reservations.retain(|kept| kept.id != reservation));
        // On a full disk nothing is replaced, but a file can go: the next sync brings the other meetings back.
        self.save().or_else(|_| self.state.remove(DESIRED))
    }

    /// Drops meetings that are long over, also while no server says so.
    pub(super) fn drop_old(&mut self, now: Timestamp) -> io::Result<()> {
        let dropped = self.shown.send_if_modified(|desired| {
            let before = desired.reservations.len();
            desired
                .reservations
                .retain(|kept| kept.ends_at + KEPT_AFTER_END > now);
            desired.reservations.len() < before
        });
        if dropped { self.save() } else { Ok(()) }
    }

    fn save(&self) -> io::Result<()> {
        let stored = Stored {
            desired: self.shown.borrow().clone(),
            forgotten: self.forgotten.clone(),
        };
        let mut content = Zeroizing::new(serde_json::to_vec(&stored)?);
        let nonce = self
            .key
            .seal_in_place_append_tag(Aad::from(PURPOSE), &mut *content)
            .expect("the state is far below the cipher's limit");
        self.state
            .replace(DESIRED, &[nonce.as_ref().as_slice(), &content].concat())
    }
}

fn unseal(key: &RandomizedNonceKey, sealed: Vec<u8>) -> Option<Stored> {
    let mut sealed = Zeroizing::new(sealed);
    let (nonce, content) = sealed.split_first_chunk_mut::<NONCE_LEN>()?;
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let content = key.open_in_place(nonce, Aad::from(PURPOSE), content).ok()?;
    serde_json::from_slice(content).ok()
}

fn seal_key(state: &StateDir) -> io::Result<RandomizedNonceKey> {
    let mut key = Zeroizing::new([0; 32]);
    let stored = state.read_if_there(SEAL_KEY)?;
    // A key of the wrong length never sealed anything.
    if let Some(Ok(stored)) = stored.as_deref().map(<[u8; 32]>::try_from) {
        *key = stored;
    } else {
        aws_lc_rs::rand::fill(&mut *key).expect("the operating system gives random bytes");
        state.replace(SEAL_KEY, &*key)?;
    }
    Ok(RandomizedNonceKey::new(&AES_256_GCM, &*key).expect("the key's length is right by its type"))
}

#[cfg(test)]
mod tests {
    use fleet_api::{LegalMode, MeetingLink, NeutralTitle, Reservation};

    use super::*;

    fn state_with(ids: &[ReservationId]) -> DesiredState {
        let starts_at: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
        let reservation = |&id| Reservation {
            id,
            title: NeutralTitle::CarePlanMeeting,
            starts_at,
            ends_at: starts_at + SignedDuration::from_hours(1),
            link: MeetingLink::parse("https://video.example/webapp3/m/sesame").unwrap(),
            relatives: Vec::new(),
            legal_mode: LegalMode::default(),
            telephone: None,
            invited: Vec::new(),
            host_pin: None,
        };
        DesiredState {
            reservations: ids.iter().map(reservation).collect(),
            ..DesiredState::default()
        }
    }

    fn open(directory: &std::path::Path, now: &str) -> Desired {
        Desired::open(StateDir::open(directory).unwrap(), now.parse().unwrap()).unwrap()
    }

    #[test]
    fn a_synced_meeting_survives_a_restart_and_no_link_lies_open_on_disk() {
        let directory = tempfile::tempdir().unwrap();
        let wanted = state_with(&[ReservationId::generate()]);
        open(directory.path(), "2026-11-20T09:00:00Z")
            .replace(wanted.clone())
            .unwrap();
        assert_eq!(
            *open(directory.path(), "2026-11-20T11:30:00Z").watch().borrow(),
            wanted
        );
        for file in std::fs::read_dir(directory.path()).unwrap() {
            let content = std::fs::read(file.unwrap().path()).unwrap();
            assert!(!content.windows(6).any(|window| window == b"sesame"));
        }
    }

    #[test]
    fn a_meeting_that_is_over_or_forgotten_does_not_come_back() {
        let directory = tempfile::tempdir().unwrap();
        let (kept, forgotten) = (ReservationId::generate(), ReservationId::generate());
        let mut desired = open(directory.path(), "2026-11-20T09:00:00Z");
        desired.replace(state_with(&[kept, forgotten])).unwrap();
        desired.forget(forgotten).unwrap();
        drop(desired);

        let mut desired = open(directory.path(), "2026-11-20T09:00:00Z");
        desired.replace(state_with(&[kept, forgotten])).unwrap();
        assert_eq!(*desired.watch().borrow(), state_with(&[kept]));
        drop(desired);
        assert_eq!(
            *open(directory.path(), "2026-11-20T13:00:00Z").watch().borrow(),
            state_with(&[])
        );
    }

    #[test]
    fn a_meeting_is_forgotten_though_nothing_can_be_written_and_a_power_cut_leaves_no_half_of_one() {
        let directory = tempfile::tempdir().unwrap();
        let meeting = ReservationId::generate();
        let mut desired = open(directory.path(), "2026-11-20T09:00:00Z");
        desired.replace(state_with(&[meeting])).unwrap();
        let unfinished = directory.path().join("desired.sealed.new");
        // In the way of whatever is to be written.
        std::fs::create_dir(&unfinished).unwrap();
        desired.forget(meeting).unwrap();
        assert!(!directory.path().join(DESIRED).exists());
        drop(desired);

        std::fs::remove_dir(&unfinished).unwrap();
        std::fs::write(&unfinished, b"half of a meeting").unwrap();
        assert_eq!(
            *open(directory.path(), "2026-11-20T09:00:00Z").watch().borrow(),
            state_with(&[])
        );
        assert!(!unfinished.exists());
    }

    #[test]
    fn a_damaged_file_is_as_good_as_none() {
        let directory = tempfile::tempdir().unwrap();
        open(directory.path(), "2026-11-20T09:00:00Z")
            .replace(state_with(&[ReservationId::generate()]))
            .unwrap();
        std::fs::write(directory.path().join(DESIRED), b"damaged").unwrap();
        assert_eq!(
            *open(directory.path(), "2026-11-20T09:00:00Z").watch().borrow(),
            DesiredState::default()
        );
    }
}
