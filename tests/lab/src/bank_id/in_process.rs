//! The relying party's side for stand-ins of the same program, such as the `OpenID` provider: no certificates, no rule of
//! two seconds, the same orders.

use std::time::Duration;

use super::BankIdControl;
use super::completion::User;
use super::order::Phase;
use super::qr::QrStart;
use super::request::{Kind, read_start};

/// An order that was begun.
#[derive(Debug, Clone)]
pub(crate) struct Begun {
    pub(crate) order_ref: String,
    pub(crate) auto_start_token: String,
    qr: QrStart,
    at: Duration,
}

/// How far an order has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Progress {
    Pending(String),
    Failed(String),
    Complete(User),
}

impl BankIdControl {
    /// Begins an order of `auth`; `visible`: a text in base64.
    pub(crate) fn begin(&self, visible: Option<&str>) -> anyhow::Result<Begun> {
        let mut body = serde_json::json!({"endUserIp": "127.0.0.1"});
        if let Some(visible) = visible {
            body["userVisibleData"] = visible.into();
        }
        let (order, at) = self.with(|bank, now| {
            let asked = read_start(Kind::Auth, body.to_string().as_bytes());
            (asked.and_then(|asked| bank.begin(asked, now)), now)
        });
        let order = order.map_err(|refusal| anyhow::anyhow!("BankID refuses: {}", refusal.details))?;
        let text = |key: &str| order[key].as_str().unwrap_or_default().to_owned();
        Ok(Begun {
            order_ref: text("orderRef"),
            auto_start_token: text("autoStartToken"),
            qr: QrStart {
                token: text("qrStartToken"),
                secret: text("qrStartSecret"),
            },
            at,
        })
    }

    /// The text of the QR code now.
    pub(crate) fn code_of(&self, order: &Begun) -> String {
        let elapsed = self.clock().now().saturating_sub(order.at);
        order.qr.text(elapsed.as_secs())
    }

    /// Looks at an order; a completed one is taken.
    pub(crate) fn progress(&self, order_ref: &str) -> Progress {
        self.with(|bank, now| {
            bank.settle(now);
            let Some(place) = bank.orders.iter().position(|order| order.order_ref == order_ref) else {
                return Progress::Failed("cancelled".into());
            };
            let order = &bank.orders[place];
            let hint = order.hint().unwrap_or_default().to_owned();
            match &order.phase {
                Phase::Waiting | Phase::Opened { .. } => Progress::Pending(hint),
                Phase::Failed { .. } => Progress::Failed(hint),
                Phase::Complete { completion, .. } => {
                    let user = completion.user.clone();
                    bank.orders.remove(place);
                    Progress::Complete(user)
                }
            }
        })
    }

    /// Gives an order up.
    pub(crate) fn give_up(&self, order_ref: &str) {
        // An order that is over already needs no giving up.
        let _ = self.with(|bank, now| bank.cancel(order_ref, now));
    }
}
