//! The patient's own BankID through the server: frames for the kit's screen, and the grant that lets it into the meeting.
//!
//! The server makes each second's QR code; the secret behind it never reaches the kit, and neither name nor number does.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{JoinGrant, MessageCode, QrData, ReservationId, ScreenText};

/// What the kit shows now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BankIdFrame {
    /// The QR code, while there is one to scan. A new one each second; an old one is of no use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qr: Option<QrData>,
    /// What to say beside it.
    pub message: BankIdMessage,
    /// How it stands.
    pub state: BankIdState,
    /// While a code waits to be scanned: seconds until the server gives up waiting. An older server does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds_left: Option<u16>,
}

/// A recommended message of the relying party guidelines, in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BankIdMessage {
    /// Its name there, such as "RFA1", or our own where the guidelines have none.
    pub code: MessageCode,
    /// In Swedish.
    pub swedish: ScreenText,
    /// In English.
    pub english: ScreenText,
}

/// How an identification stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum BankIdState {
    /// The QR code waits to be scanned.
    Waiting,
    /// The phone has it; the person identifies there.
    Scanned,
    /// The invited person has identified.
    Done {
        /// Used once, within five minutes.
        grant: JoinGrant,
    },
    /// It came to nothing.
    Failed {
        /// Whether a new try may come out better.
        try_again: bool,
    },
}

/// `POST` of a grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JoinGrantUse {
    /// The grant.
    pub grant: JoinGrant,
}

/// The grant was good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JoinGrantAccepted {
    /// The meeting that may now be joined.
    pub reservation: ReservationId,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(state: BankIdState) -> BankIdFrame {
        BankIdFrame {
            qr: Some(QrData::parse("bankid.67df3917.0.dc69358e").unwrap()),
            message: BankIdMessage {
                code: "RFA1".parse().unwrap(),
                swedish: "Starta BankID-appen.".parse().unwrap(),
                english: "Start your BankID app.".parse().unwrap(),
            },
            state,
            seconds_left: None,
        }
    }

    #[test]
    fn an_older_servers_frame_says_nothing_of_the_time_and_is_read() {
        let mut timed = frame(BankIdState::Waiting);
        timed.seconds_left = Some(60);
        let wire = serde_json::to_string(&timed).unwrap();
        assert_eq!(serde_json::from_str::<BankIdFrame>(&wire).unwrap(), timed);
        let older = wire.replace(r#","seconds_left":60"#, "");
        assert_eq!(
            serde_json::from_str::<BankIdFrame>(&older).unwrap(),
            frame(BankIdState::Waiting)
        );
    }

    #[test]
    fn each_state_reads_the_same_on_both_sides() {
        let grant = JoinGrant::parse(&"a".repeat(43)).unwrap();
        for state in [
            BankIdState::Waiting,
            BankIdState::Scanned,
            BankIdState::Done { grant },
            BankIdState::Failed { try_again: true },
        ] {
            let frame = frame(state);
            let wire = serde_json::to_string(&frame).unwrap();
            assert_eq!(
                serde_json::from_str::<BankIdFrame>(&wire).unwrap(),
                frame,
                "{wire}"
            );
        }
        assert!(
            serde_json::to_string(&frame(BankIdState::Waiting))
                .unwrap()
                .ends_with(r#""state":{"state":"waiting"}}"#)
        );
    }

    #[test]
    fn neither_the_code_nor_the_grant_is_printed() {
        let grant = JoinGrant::parse(&"a".repeat(43)).unwrap();
        let printed = format!("{:?}", frame(BankIdState::Done { grant }));
        assert!(
            !printed.contains("dc69358e") && !printed.contains("aaaa"),
            "{printed}"
        );
    }
}
