//! The patient's own `BankID` with the region: each frame of the server's is shown until the login is over.
//!
//! The code is the server's, and so are the words beside it: those that the relying party guidelines recommend. Neighbours:
//! `logins` begins and drops it, `fleet` carries the frames.

use std::sync::Arc;

use fleet_api::{BankIdFrame, BankIdState, ReservationId};
use tokio::sync::mpsc::UnboundedSender;
use zeroize::Zeroizing;

use super::Inner;
use super::logins::LoginReport;
use crate::fleet::{FleetLink, Logins};
use crate::screen::{Language, Scan};
use crate::visit::event::{BankIdNews, LoginFailure};
use crate::visit::state::LoginTime;

/// So many seconds before the end the patient is asked whether they need more time.
const ASKS_AT: u16 = 60;

/// Logs in for this meeting; everything is reported.
pub(super) async fn log_in(
    fleet: Arc<FleetLink>,
    reservation: ReservationId,
    report: UnboundedSender<Inner>,
    language: Language,
) {
    let news = match fleet.logins() {
        Ok(logins) => follow(&logins, reservation, &report, language).await,
        Err(_) => BankIdNews::Failed(LoginFailure::Unreachable),
    };
    let _ = report.send(Inner::Login(LoginReport::BankId(news)));
}

/// Shows each frame until the login is over, and says how it ended.
async fn follow(
    logins: &Logins,
    reservation: ReservationId,
    report: &UnboundedSender<Inner>,
    language: Language,
) -> BankIdNews {
    let tell = |what| {
        let _ = report.send(Inner::Login(what));
    };
    let Some(mut frames) = logins.bank_id(reservation).await else {
        return BankIdNews::Failed(LoginFailure::Unreachable);
    };
    while let Some(frame) = frames.next().await {
        tell(LoginReport::Scan(scan(&frame, language)));
        match frame.state {
            BankIdState::Waiting => tell(LoginReport::BankId(BankIdNews::Code(time(frame.seconds_left)))),
            BankIdState::Scanned => tell(LoginReport::BankId(BankIdNews::Scanned)),
            BankIdState::Failed { .. } => return ended(frame.message.code.as_str()),
            BankIdState::Done { grant } => {
                return match logins.use_grant(grant).await {
                    Ok(granted) if granted == reservation => BankIdNews::Done,
                    Ok(_) => BankIdNews::Failed(LoginFailure::NotThisPerson),
                    Err(error) => {
                        tracing::warn!(%error, "the grant of a login was not taken");
                        BankIdNews::Failed(LoginFailure::Broken)
                    }
                };
            }
        }
    }
    // What was said last tells nothing of this.
    tell(LoginReport::Scan(Scan::default()));
    BankIdNews::Failed(LoginFailure::Unreachable)
}

/// How a login that came to nothing ended, by the name of its message in the relying party guidelines, or of our own.
fn ended(message: &str) -> BankIdNews {
    match message {
        "RFA3" | "RFA6" => BankIdNews::Cancelled,
        "RFA8" | "RFA17-B" => BankIdNews::Failed(LoginFailure::TookTooLong),
        "KIT-PERSON" => BankIdNews::Failed(LoginFailure::NotThisPerson),
        _ => BankIdNews::Failed(LoginFailure::Broken),
    }
}

fn time(seconds_left: Option<u16>) -> LoginTime {
    match seconds_left {
        Some(0..=ASKS_AT) => LoginTime::NearlyOver,
        _ => LoginTime::Enough,
    }
}

fn scan(frame: &BankIdFrame, language: Language) -> Scan {
    let message = match language {
        Language::English => &frame.message.english,
        _ => &frame.message.swedish,
    };
    let code = frame
        .qr
        .as_ref()
        .map(|code| Zeroizing::new(code.expose().to_owned()));
    Scan {
        code,
        message: message.as_str().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_cancelled_is_told_so() {
        for (message, news) in [
            ("RFA6", BankIdNews::Cancelled),
            ("RFA3", BankIdNews::Cancelled),
            ("RFA8", BankIdNews::Failed(LoginFailure::TookTooLong)),
            ("RFA17-B", BankIdNews::Failed(LoginFailure::TookTooLong)),
            ("KIT-PERSON", BankIdNews::Failed(LoginFailure::NotThisPerson)),
            ("RFA16", BankIdNews::Failed(LoginFailure::Broken)),
            ("RFA5", BankIdNews::Failed(LoginFailure::Broken)),
        ] {
            assert_eq!(ended(message), news, "{message}");
        }
    }

    #[test]
    fn more_time_is_offered_in_the_last_minute_and_by_a_server_that_says_how_much_there_is() {
        for (left, wanted) in [
            (None, LoginTime::Enough),
            (Some(61), LoginTime::Enough),
            (Some(60), LoginTime::NearlyOver),
            (Some(0), LoginTime::NearlyOver),
        ] {
            assert_eq!(time(left), wanted, "{left:?}");
        }
    }
}
