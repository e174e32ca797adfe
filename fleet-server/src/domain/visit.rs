//! Visits as the office sees them: which times clash, and which kits should have been fetched by now.

use fleet_api::{KitId, ReservationId};
use jiff::{SignedDuration, Timestamp};

/// A kit that is not checked out this long before its visit raises an alert (R37).
pub const FETCHED_BEFORE: SignedDuration = SignedDuration::from_mins(30);

/// How far back somebody can have fetched the kit of a visit that runs or is near, and brought it back again.
pub const FETCHED_SINCE: SignedDuration = SignedDuration::from_hours(48);
/// A kit is taken along for a visit of the same day, or for one that begins this soon: in the evening, for the next morning.
const TAKEN_BEFORE: SignedDuration = SignedDuration::from_hours(12);

/// When a visit begins or runs whose kit should have been fetched by now; after midnight too.
#[must_use]
pub fn fetched_by_now(now: Timestamp) -> (Timestamp, Timestamp) {
    // What ends is not in it any more.
    (now, now + FETCHED_BEFORE + SignedDuration::from_millis(1))
}

/// When a visit begins or runs for which a kit is taken along now; the day ends as it is given.
#[must_use]
pub fn taken_for(now: Timestamp, day_ends: Timestamp) -> (Timestamp, Timestamp) {
    (now, day_ends.max(now + TAKEN_BEFORE))
}

/// A booked time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booking {
    /// Which reservation.
    pub reservation: ReservationId,
    /// Which kit.
    pub kit: KitId,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Whether a kit was checked out for it, now or earlier.
    pub fetched: bool,
}

/// A kit's being out with somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outing {
    /// The visit that it was taken for.
    pub reservation: Option<ReservationId>,
    /// Since when.
    pub taken_at: Timestamp,
    /// Until when; none = it is out.
    pub returned_at: Option<Timestamp>,
}

impl Outing {
    /// Whether nobody need be told to fetch the kit for this visit: it is out, or it was along to that very visit. One that
    /// was brought back before the visit began is not.
    #[must_use]
    pub fn serves(&self, reservation: ReservationId, starts_at: Timestamp) -> bool {
        self.returned_at
            .is_none_or(|returned| self.reservation == Some(reservation) && returned > starts_at)
    }

    /// Whether the kit was out in any of this time: one that is taken for several visits is linked to the first only.
    #[must_use]
    pub fn touches(&self, (starts_at, ends_at): (Timestamp, Timestamp)) -> bool {
        self.taken_at < ends_at && self.returned_at.is_none_or(|returned| returned > starts_at)
    }
}

/// The bookings that a kit cannot have together with this time. Times that only touch do not clash.
pub fn clashes(
    bookings: &[Booking],
    kit: KitId,
    (starts_at, ends_at): (Timestamp, Timestamp),
) -> impl Iterator<Item = &Booking> {
    bookings.iter().filter(move |booking| {
        booking.kit == kit && booking.starts_at < ends_at && starts_at < booking.ends_at
    })
}

/// The visits that begin soon or have begun, and whose kit nobody has fetched; earliest first.
#[must_use]
pub fn not_fetched(bookings: &[Booking], now: Timestamp) -> Vec<Booking> {
    let due = |booking: &&Booking| {
        !booking.fetched && booking.ends_at > now && booking.starts_at.duration_since(now) <= FETCHED_BEFORE
    };
    let mut due: Vec<Booking> = bookings.iter().filter(due).copied().collect();
    due.sort_by_key(|booking| booking.starts_at);
    due
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    fn booking(kit: KitId, starts: i64, length: i64) -> Booking {
        Booking {
            reservation: ReservationId::generate(),
            kit,
            starts_at: at(starts),
            ends_at: at(starts + length),
            fetched: false,
        }
    }

    #[test]
    fn an_alert_comes_half_an_hour_before_and_goes_with_the_check_out() {
        let visit = booking(KitId::generate(), 60, 60);
        assert_eq!(not_fetched(&[visit], at(29)), []);
        assert_eq!(not_fetched(&[visit], at(30)), [visit]);
        assert_eq!(not_fetched(&[visit], at(119)), [visit]);
        assert_eq!(not_fetched(&[visit], at(120)), [], "it is over");
        let fetched = Booking {
            fetched: true,
            ..visit
        };
        assert_eq!(not_fetched(&[fetched], at(30)), []);
    }

    #[test]
    fn midnight_hides_no_visit() {
        let midnight = at(24 * 60);
        let near = booking(KitId::generate(), 24 * 60 + 20, 60);
        let is_within = |booking: &Booking, (from, until): (Timestamp, Timestamp)| {
            booking.ends_at > from && booking.starts_at < until
        };
        let now = at(24 * 60 - 10);
        assert!(!not_fetched(&[near], now).is_empty());
        assert!(is_within(&near, fetched_by_now(now)), "to the last minute");
        assert!(!is_within(
            &near,
            fetched_by_now(now - SignedDuration::from_mins(1))
        ));
        let next_morning = booking(KitId::generate(), 24 * 60 + 7 * 60, 60);
        assert!(is_within(&next_morning, taken_for(at(20 * 60), midnight)));
        assert!(!is_within(&next_morning, taken_for(at(12 * 60), midnight)));
        let tonight = booking(KitId::generate(), 23 * 60, 30);
        assert!(
            is_within(&tonight, taken_for(at(6 * 60), midnight)),
            "the whole day"
        );
    }

    #[test]
    fn a_kit_that_was_brought_back_before_its_visit_is_not_fetched() {
        let visit = booking(KitId::generate(), 60, 60);
        let outing = |returned: Option<i64>, linked: bool| Outing {
            reservation: linked.then_some(visit.reservation),
            taken_at: at(40),
            returned_at: returned.map(at),
        };
        let serves = |outing: Outing| outing.serves(visit.reservation, visit.starts_at);
        assert!(serves(outing(None, true)) && serves(outing(None, false)));
        assert!(!serves(outing(Some(41), true)), "taken and brought back at once");
        assert!(serves(outing(Some(61), true)));
        assert!(
            !serves(outing(Some(61), false)),
            "the visit before it took longer"
        );
        let time = (visit.starts_at, visit.ends_at);
        assert!(!outing(Some(60), false).touches(time));
        assert!(outing(Some(61), false).touches(time) && outing(None, false).touches(time));
    }

    proptest! {
        #[test]
        fn two_bookings_clash_exactly_where_a_minute_belongs_to_both(
            first in 0_i64..300, first_length in 1_i64..120, second in 0_i64..300, second_length in 1_i64..120,
        ) {
            let kit = KitId::generate();
            let bookings = [booking(kit, first, first_length)];
            let wanted = (at(second), at(second + second_length));
            let shares = (first..first + first_length).any(|minute| (second..second + second_length).contains(&minute));
            prop_assert_eq!(clashes(&bookings, kit, wanted).count() == 1, shares);
            prop_assert_eq!(clashes(&bookings, KitId::generate(), wanted).count(), 0);
        }
    }
}
