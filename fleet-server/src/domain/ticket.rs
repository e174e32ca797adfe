//! A ticket: a fault that somebody must see to. Whose it is follows from the responsibility table on the day of the
//! fault, so a later agreement changes nothing that is past; how far it has come is a small state machine.

use fleet_api::Fault;
use jiff::civil::Date;

use super::{
    agreement::Agreement,
    closed_list::closed_list,
    fault,
    refusal::Refusal,
    responsibility::{OF_REGION, Reason, Responsible, on_day},
};

closed_list! {
    /// How far a ticket has come.
    TicketState {
        /// Reported; nobody has taken it on.
        Open = "open",
        /// Somebody has seen it.
        Acknowledged = "acknowledged",
        /// Somebody works on it.
        InWork = "in_work",
        /// Another kit has taken the broken one's place.
        Replaced = "replaced",
        /// Nothing more is to be done.
        Closed = "closed",
    }
}

closed_list! {
    /// What a closed ticket came to.
    Resolution {
        /// The kit was repaired.
        Repaired = "repaired",
        /// A part was replaced or found again.
        PartReplaced = "part_replaced",
        /// The kit is out of use, and another does its work.
        KitReplaced = "kit_replaced",
        /// Nothing was wrong with it.
        NothingWrong = "nothing_wrong",
        /// It was reported by mistake.
        ByMistake = "by_mistake",
    }
}

impl TicketState {
    /// The states that may follow, the usual one first.
    #[must_use]
    pub fn next(self) -> &'static [Self] {
        use TicketState as S;
        match self {
            S::Open => &[S::Acknowledged, S::InWork, S::Replaced, S::Closed],
            S::Acknowledged => &[S::InWork, S::Replaced, S::Closed],
            S::InWork => &[S::Replaced, S::Closed],
            S::Replaced => &[S::Closed],
            S::Closed => &[],
        }
    }

    /// Whether a step may be taken. Closing needs a resolution, and nothing else may have one.
    pub fn check_step(self, to: Self, resolution: Option<Resolution>) -> Result<(), TicketRefusal> {
        if !self.next().contains(&to) {
            Err(TicketRefusal::Step { from: self, to })
        } else if (to == Self::Closed) != resolution.is_some() {
            Err(TicketRefusal::Resolution)
        } else {
            Ok(())
        }
    }
}

/// Why something was not done with a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TicketRefusal {
    /// That state may not follow.
    #[error("a ticket that is \"{from}\" cannot become \"{to}\"", from = from.name(), to = to.name())]
    Step {
        /// Where it is.
        from: TicketState,
        /// Where it was to go.
        to: TicketState,
    },
    /// Closed without one, or one without closing.
    #[error("say what a ticket came to when you close it, and only then")]
    Resolution,
    /// A kit is replaced by choosing the spare.
    #[error("choose the kit that takes its place")]
    NeedsSpare,
    /// The chosen kit cannot take its place.
    #[error("that kit is broken, away, not in service or reserved at the time; choose another")]
    SpareNotFree,
    /// Its visits have moved already.
    #[error(
        "the kit is in repair and has no visits to come, so none needs to take its place; close the fault when it is done"
    )]
    NothingToReplace,
    /// Whoever has the task shares it out.
    #[error("it is the other organisation's task, which decides who sees to it")]
    NotYours,
    /// The chosen person cannot see to it.
    #[error("that person does not work with tickets at the organisation whose task it is")]
    NotTheirs,
    /// There is nothing more to see to.
    #[error("the ticket is closed")]
    IsClosed,
}

impl Refusal for TicketRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Step { .. } => "ticket_step",
            Self::Resolution => "ticket_resolution",
            Self::NeedsSpare => "ticket_needs_spare",
            Self::SpareNotFree => "ticket_spare_not_free",
            Self::NothingToReplace => "ticket_nothing_to_replace",
            Self::NotYours => "ticket_not_yours",
            Self::NotTheirs => "ticket_not_theirs",
            Self::IsClosed => "ticket_is_closed",
        }
    }
}

/// Whose a ticket is, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// Whose. Always one of the two.
    pub who: Responsible,
    /// Why.
    pub why: Reason,
}

/// Whose kit has the fault.
#[derive(Debug, Clone, Copy)]
pub enum Holder<'a> {
    /// One of the region's own, which no agreement is about.
    Region,
    /// A municipality's, with all its agreements.
    Municipality(&'a [Agreement]),
}

/// Whose task a fault is that happened on a day: the same as the responsibility table says. Where no agreement is in
/// force the table names nobody; the region takes it then, because it is the party that makes the agreements.
#[must_use]
pub fn route(reported: Fault, holder: Holder<'_>, day: Date) -> Route {
    let answer = match holder {
        Holder::Region => OF_REGION,
        Holder::Municipality(agreements) => on_day(fault::item(reported), agreements, day),
    };
    Route {
        who: answer.who.unwrap_or(Responsible::Region),
        why: answer.why,
    }
}

#[cfg(test)]
#[path = "ticket_tests.rs"]
mod tests;
