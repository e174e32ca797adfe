//! The app's side of the orders: what a phone that holds somebody's BankID does.
//!
//! BankID publishes nothing of this side; it is made up [INF]. Only what it does to `collect` follows a source.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::bank::Bank;
use super::completion::Completion;
use super::order::{Order, Phase, Step};
use super::qr::ReadCode;
use super::refusal::AppRefusal;
use crate::people::Person;

/// A code may be this many seconds ahead: the two sides count from different moments.
const AHEAD: u64 = 1;

/// What the app shows of an order that it opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// Names the order in the steps that follow.
    pub order_ref: String,
    /// The relying party's text, in base64.
    pub visible: Option<String>,
}

impl Bank {
    /// Opens the order of a QR code.
    pub(super) fn open_by_code(&mut self, text: &str, now: Duration) -> Result<Opened, AppRefusal> {
        self.settle(now);
        let oldest = self.settings.qr_max_age_s;
        let code = ReadCode::parse(text).ok_or(AppRefusal::UnknownCode);
        let opened = code.and_then(|code| {
            let order = self.pending(|order| order.qr.token == code.token);
            let order = order.ok_or(AppRefusal::UnknownCode)?;
            if !code.is_made_from(&order.qr) {
                return Err(AppRefusal::Forged);
            }
            let elapsed = now.saturating_sub(order.begun).as_secs();
            if code.seconds > elapsed + AHEAD {
                return Err(AppRefusal::TooEarly);
            }
            let age = elapsed.saturating_sub(code.seconds);
            if age > oldest {
                return Err(AppRefusal::TooOld(age));
            }
            order.open(now)
        });
        self.counts.refused_codes += u64::from(opened.is_err());
        opened
    }

    /// Opens an order on the device where it was begun.
    pub(super) fn open_by_link(
        &mut self,
        auto_start_token: &str,
        now: Duration,
    ) -> Result<Opened, AppRefusal> {
        self.settle(now);
        let order = self.pending(|order| order.auto_start_token == auto_start_token);
        order.ok_or(AppRefusal::UnknownCode)?.open(now)
    }

    /// Opens the order that a call is about.
    pub(super) fn open_by_number(
        &mut self,
        personal_number: &str,
        now: Duration,
    ) -> Result<Opened, AppRefusal> {
        self.settle(now);
        let order = self.pending(|order| {
            order.kind().by_phone() && order.asked.personal_number.as_deref() == Some(personal_number)
        });
        order.ok_or(AppRefusal::UnknownCode)?.open(now)
    }

    /// The app has found the identification, and asks for what comes next.
    pub(super) fn ask(&mut self, order_ref: &str, now: Duration) -> Result<Step, AppRefusal> {
        let (order, step) = self.opened(order_ref, now)?;
        let next = order.step_after(step);
        order.set_step(next);
        Ok(next)
    }

    /// The holder says whether it is true that they are in this call.
    pub(super) fn confirm_call(
        &mut self,
        order_ref: &str,
        is_true: bool,
        now: Duration,
    ) -> Result<(), AppRefusal> {
        let (order, _) = self.opened(order_ref, now)?;
        if is_true {
            order.set_step(Step::Code);
        } else {
            order.fail("userDeclinedCall", now);
        }
        Ok(())
    }

    /// The holder gives the security code.
    pub(super) fn identify(
        &mut self,
        order_ref: &str,
        personal_number: &str,
        now: Duration,
    ) -> Result<(), AppRefusal> {
        let person = self.person(personal_number)?.clone();
        let risk = self.settings.risk.clone();
        let (order, step) = self.opened(order_ref, now)?;
        if step != Step::Code {
            return Err(AppRefusal::NotYet(step));
        }
        let wanted = order.asked.personal_number.as_deref();
        if wanted.is_some_and(|wanted| wanted != personal_number) {
            // That it fails is documented; with which hint is not [UNK].
            order.fail("certificateErr", now);
            return Err(AppRefusal::NotForYou);
        }
        order.phase = Phase::Complete {
            at: now,
            completion: Box::new(Completion::new(&order.asked, &person, risk.as_deref())),
        };
        Ok(())
    }

    /// The holder gives up.
    pub(super) fn cancel_in_app(&mut self, order_ref: &str, now: Duration) -> Result<(), AppRefusal> {
        let (order, _) = self.opened(order_ref, now)?;
        order.fail("userCancel", now);
        Ok(())
    }

    fn person(&self, personal_number: &str) -> Result<&Person, AppRefusal> {
        let is_theirs = |person: &&Person| person.personal_number == personal_number;
        self.people.iter().find(is_theirs).ok_or(AppRefusal::NoSuchPerson)
    }

    fn pending(&mut self, fits: impl Fn(&Order) -> bool) -> Option<&mut Order> {
        self.orders
            .iter_mut()
            .find(|order| order.is_pending() && fits(order))
    }

    fn opened(&mut self, order_ref: &str, now: Duration) -> Result<(&mut Order, Step), AppRefusal> {
        self.settle(now);
        let order = self.pending(|order| order.order_ref == order_ref);
        match order {
            Some(order) => match order.phase {
                Phase::Opened { step, .. } => Ok((order, step)),
                _ => Err(AppRefusal::NotOpen),
            },
            None => Err(AppRefusal::NotOpen),
        }
    }
}

impl Order {
    fn open(&mut self, now: Duration) -> Result<Opened, AppRefusal> {
        if matches!(self.phase, Phase::Opened { .. }) {
            return Err(AppRefusal::AlreadyOpened);
        }
        self.phase = Phase::Opened {
            at: now,
            step: Step::Searching,
        };
        Ok(Opened {
            order_ref: self.order_ref.clone(),
            visible: self.asked.visible.clone(),
        })
    }

    fn set_step(&mut self, next: Step) {
        if let Phase::Opened { step, .. } = &mut self.phase {
            *step = next;
        }
    }
}
