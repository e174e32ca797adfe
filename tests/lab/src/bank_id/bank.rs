//! All orders of the stand-in, seen from the relying party: begin, collect, cancel. Pure; the time is an input.
//!
//! `app` is the other side: what the holders' phones do to the same orders.

use std::time::Duration;

use serde_json::{Value, json};

use super::limits::Limits;
use super::order::{Order, Phase};
use super::refusal::Refusal;
use super::request::Asked;
use super::settings::{BankIdCounts, BankIdFault, BankIdSettings, OrderStatus};
use crate::people::{Person, default_people};

/// `collect` comes every 2 s; a little less is the network's doing.
const COLLECT_PAUSE: Duration = Duration::from_millis(1_900);
/// Orders kept; more than any test makes.
const MAX_ORDERS: usize = 1_000;

/// The state behind both APIs.
pub(super) struct Bank {
    pub(super) orders: Vec<Order>,
    pub(super) people: Vec<Person>,
    pub(super) settings: BankIdSettings,
    pub(super) counts: BankIdCounts,
    pub(super) faults: Vec<BankIdFault>,
    pub(super) limits: Limits,
}

impl Default for Bank {
    fn default() -> Self {
        Self {
            orders: Vec::new(),
            people: default_people(),
            settings: BankIdSettings::default(),
            counts: BankIdCounts::default(),
            faults: Vec::new(),
            limits: Limits::default(),
        }
    }
}

impl Bank {
    /// Lets time have its effect on every order. Comes before anything else that is done.
    pub(super) fn settle(&mut self, now: Duration) {
        for order in &mut self.orders {
            order.settle(now);
        }
        self.orders.retain(|order| !order.is_forgotten(now));
    }

    /// `auth`, `sign`, `phone/auth`, `phone/sign`.
    pub(super) fn begin(&mut self, asked: Asked, now: Duration) -> Result<Value, Refusal> {
        self.settle(now);
        if let Some(number) = &asked.personal_number {
            self.abort_running(number, now)?;
        }
        if self.orders.len() >= MAX_ORDERS {
            return Err(Refusal::new(503, "Maintenance", "The lab holds no more orders"));
        }
        let order = Order::new(asked, now);
        let answer = if order.kind().by_phone() {
            json!({"orderRef": order.order_ref})
        } else {
            json!({
                "orderRef": order.order_ref,
                "autoStartToken": order.auto_start_token,
                "qrStartToken": order.qr.token,
                "qrStartSecret": order.qr.secret,
            })
        };
        self.orders.push(order);
        self.counts.orders += 1;
        Ok(answer)
    }

    /// Two orders for one person at a time: neither goes on.
    fn abort_running(&mut self, personal_number: &str, now: Duration) -> Result<(), Refusal> {
        let running = self.orders.iter_mut().find(|order| {
            order.is_pending() && order.asked.personal_number.as_deref() == Some(personal_number)
        });
        match running {
            None => Ok(()),
            Some(running) => {
                running.fail("cancelled", now);
                let details = "Order already in progress for pno";
                Err(Refusal::new(400, "alreadyInProgress", details))
            }
        }
    }

    /// `collect`: how an order has ended is told once.
    pub(super) fn collect(&mut self, order_ref: &str, now: Duration) -> Result<Value, Refusal> {
        self.settle(now);
        let place = self.place(order_ref)?;
        let order = &mut self.orders[place];
        let early = order.is_pending()
            && order
                .last_collected
                .is_some_and(|last| now < last + COLLECT_PAUSE);
        if early {
            self.counts.early_collects += 1;
            if self.settings.refuse_early_collects {
                return Err(Refusal::new(429, "tooManyRequests", "Collect every two seconds"));
            }
        }
        order.last_collected = Some(now);
        self.counts.collects += 1;
        let mut answer = json!({"orderRef": order_ref, "status": order.status()});
        if let Some(hint) = order.hint() {
            answer["hintCode"] = hint.into();
        }
        if let Phase::Complete { completion, .. } = &order.phase {
            answer["completionData"] = json!(completion);
        }
        if !order.is_pending() {
            self.orders.remove(place);
        }
        Ok(answer)
    }

    /// `cancel`: the order is forgotten at once [INF].
    pub(super) fn cancel(&mut self, order_ref: &str, now: Duration) -> Result<Value, Refusal> {
        self.settle(now);
        let place = self.place(order_ref)?;
        self.orders.remove(place);
        self.counts.cancels += 1;
        Ok(json!({}))
    }

    fn place(&self, order_ref: &str) -> Result<usize, Refusal> {
        self.orders
            .iter()
            .position(|order| order.order_ref == order_ref)
            .ok_or_else(Refusal::no_such_order)
    }

    /// Takes the fault that is armed for this endpoint, if any.
    pub(super) fn take_fault(&mut self, endpoint: &str) -> Option<BankIdFault> {
        let armed = |fault: &BankIdFault| fault.times > 0 && (fault.to == "any" || fault.to == endpoint);
        let fault = self.faults.iter_mut().find(|fault| armed(fault))?;
        fault.times -= 1;
        let taken = fault.clone();
        self.faults.retain(|fault| fault.times > 0);
        Some(taken)
    }

    pub(super) fn statuses(&self) -> Vec<OrderStatus> {
        let status = |order: &Order| OrderStatus {
            order_ref: order.order_ref.clone(),
            kind: order.kind().name().into(),
            status: order.status().into(),
            hint: order.hint().map(Into::into),
            personal_number: order.asked.personal_number.clone(),
        };
        self.orders.iter().map(status).collect()
    }
}
