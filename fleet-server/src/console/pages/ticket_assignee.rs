//! Who sees to a ticket: shown to everybody, chosen by the organisation whose task it is.

use std::collections::HashMap;

use fleet_api::PersonId;

use super::visitor::Visitor;
use crate::{
    app::App,
    console::{
        texts::Texts,
        tickets::{self, TicketRow},
    },
    domain::{authorisation::Resource, responsibility::Responsible},
    store::{Person, StoreError},
};

/// Their name where it is a colleague of the reader's; of others, at whose organisation they are.
pub(super) fn name(texts: &Texts, row: &TicketRow, colleagues: &HashMap<PersonId, String>) -> Option<String> {
    let assignee = row.ticket.assignee?;
    Some(colleagues.get(&assignee).cloned().unwrap_or_else(|| {
        let somebody = match row.route.who {
            Responsible::Region => "ticket_page.somebody_at_region",
            Responsible::Municipality => "ticket_page.somebody_at_municipality",
        };
        texts.t(somebody).to_owned()
    }))
}

/// Those among whom the reader may choose; none where it is not theirs to choose.
pub(super) async fn choices(
    app: &App,
    visitor: &Visitor,
    row: &TicketRow,
) -> Result<Option<Vec<Person>>, StoreError> {
    let may_choose =
        row.ticket.closed.is_none() && row.is_of(visitor.own().id) && visitor.may_change(Resource::Tickets);
    if !may_choose {
        return Ok(None);
    }
    tickets::look_who_can(app, row, &visitor.act()).await.map(Some)
}
