//! What tests and phones may do to the BankID stand-in. `http` is the same as plain HTTP on loopback.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::app::Opened;
use super::bank::Bank;
use super::order::Step;
use super::refusal::AppRefusal;
use super::settings::{BankIdCounts, BankIdFault, BankIdSettings, OrderStatus};
use crate::clock::Clock;
use crate::people::{Person, is_personal_number};

/// Looked at this often while something is waited for.
const GLANCE: Duration = Duration::from_millis(20);

/// A handle on the stand-in for tests; clones are the same stand-in.
#[derive(Clone)]
pub struct BankIdControl {
    bank: Arc<Mutex<Bank>>,
    clock: Clock,
    pub(super) quit: Arc<Notify>,
}

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum BankIdControlError {
    /// The order is unknown, or over.
    #[error("there is no such pending order")]
    NoOrder,
    /// Not twelve digits with a right check digit.
    #[error("the personal number is not well formed")]
    NoPersonalNumber,
    /// It did not come to that.
    #[error("the orders did not become so in time: {0:?}")]
    TimedOut(Vec<OrderStatus>),
}

impl BankIdControl {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            bank: Arc::default(),
            clock,
            quit: Arc::default(),
        }
    }

    pub(super) fn with<T>(&self, work: impl FnOnce(&mut Bank, Duration) -> T) -> T {
        let mut bank = self.bank.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut bank, self.clock.now())
    }

    /// The time that all limits are measured with.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// How the stand-in behaves.
    #[must_use]
    pub fn settings(&self) -> BankIdSettings {
        self.with(|bank, _| bank.settings.clone())
    }

    /// Changes how the stand-in behaves.
    pub fn set_settings(&self, settings: BankIdSettings) {
        self.with(|bank, _| bank.settings = settings);
    }

    /// What was seen so far.
    #[must_use]
    pub fn counts(&self) -> BankIdCounts {
        self.with(|bank, _| bank.counts.clone())
    }

    /// Every order that is not forgotten, the oldest first.
    #[must_use]
    pub fn orders(&self) -> Vec<OrderStatus> {
        self.with(|bank, now| {
            bank.settle(now);
            bank.statuses()
        })
    }

    /// Waits until the orders are as wanted.
    pub async fn wait_for(
        &self,
        limit: Duration,
        wanted: impl Fn(&[OrderStatus]) -> bool,
    ) -> Result<Vec<OrderStatus>, BankIdControlError> {
        let waiting = async {
            loop {
                let orders = self.orders();
                if wanted(&orders) {
                    return orders;
                }
                tokio::time::sleep(GLANCE).await;
            }
        };
        tokio::time::timeout(limit, waiting)
            .await
            .map_err(|_| BankIdControlError::TimedOut(self.orders()))
    }

    /// Has the next answers go wrong.
    pub fn fault(&self, fault: BankIdFault) {
        self.with(|bank, _| bank.faults.push(fault));
    }

    /// Disarms all faults.
    pub fn clear_faults(&self) {
        self.with(|bank, _| bank.faults.clear());
    }

    /// Everybody with a BankID.
    #[must_use]
    pub fn people(&self) -> Vec<Person> {
        self.with(|bank, _| bank.people.clone())
    }

    /// Adds a person, or replaces the one with the same key.
    pub fn put_person(&self, person: Person) -> Result<(), BankIdControlError> {
        if !is_personal_number(&person.personal_number) {
            return Err(BankIdControlError::NoPersonalNumber);
        }
        self.with(|bank, _| {
            bank.people.retain(|known| known.key != person.key);
            bank.people.push(person);
        });
        Ok(())
    }

    /// What `collect` says while the order is pending; `None`: the right hint again.
    pub fn set_hint(&self, order_ref: &str, hint: Option<String>) -> Result<(), BankIdControlError> {
        self.with(|bank, now| {
            bank.settle(now);
            bank.pending_order(order_ref)?.hint = hint;
            Ok(())
        })
    }

    /// The order fails now with this hint, known or not.
    pub fn fail(&self, order_ref: &str, hint: &str) -> Result<(), BankIdControlError> {
        self.with(|bank, now| {
            bank.settle(now);
            bank.pending_order(order_ref)?.fail(hint, now);
            Ok(())
        })
    }

    /// A phone reads a QR code.
    pub fn scan(&self, text: &str) -> Result<Opened, AppRefusal> {
        self.with(|bank, now| bank.open_by_code(text, now))
    }

    /// A link of the form `bankid:///?autostarttoken=…` is followed on the same device.
    pub fn autostart(&self, token: &str) -> Result<Opened, AppRefusal> {
        self.with(|bank, now| bank.open_by_link(token, now))
    }

    /// Somebody in a call opens their app.
    pub fn open_call(&self, personal_number: &str) -> Result<Opened, AppRefusal> {
        self.with(|bank, now| bank.open_by_number(personal_number, now))
    }

    /// The app goes on to its next question.
    pub fn ask(&self, order_ref: &str) -> Result<Step, AppRefusal> {
        self.with(|bank, now| bank.ask(order_ref, now))
    }

    /// The holder says whether they are in this call.
    pub fn confirm_call(&self, order_ref: &str, is_true: bool) -> Result<(), AppRefusal> {
        self.with(|bank, now| bank.confirm_call(order_ref, is_true, now))
    }

    /// The holder gives the security code.
    pub fn identify(&self, order_ref: &str, personal_number: &str) -> Result<(), AppRefusal> {
        self.with(|bank, now| bank.identify(order_ref, personal_number, now))
    }

    /// The holder gives up.
    pub fn cancel_in_app(&self, order_ref: &str) -> Result<(), AppRefusal> {
        self.with(|bank, now| bank.cancel_in_app(order_ref, now))
    }
}

impl Bank {
    fn pending_order(&mut self, order_ref: &str) -> Result<&mut super::order::Order, BankIdControlError> {
        self.orders
            .iter_mut()
            .find(|order| order.is_pending() && order.order_ref == order_ref)
            .ok_or(BankIdControlError::NoOrder)
    }
}
