//! Several tickets at once: taken on, begun, closed. Putting another kit in a broken one's place is for each ticket alone.

use axum::extract::State;
use maud::{Markup, html};

use super::{
    super::{layout::Place, visitor::Visitor},
    Plan, Sent, TICKETS, Thing,
};
use crate::{
    app::App,
    console::{acts, texts::Texts, tickets::TicketRow},
    domain::{
        authorisation::Resource,
        ticket::{Resolution, TicketState},
    },
    web::Problem,
};

/// The steps that need nothing more than to be taken.
const STEPS: [TicketState; 2] = [TicketState::Acknowledged, TicketState::InWork];

/// What can be done with the tickets that are ticked.
pub(in super::super) fn bar(visitor: &Visitor) -> Markup {
    let texts = visitor.texts;
    html! {
        @if visitor.may_change(Resource::Tickets) {
            form.bulk #(TICKETS) method="post" action="/tasks/bulk" aria-label=(texts.t("bulk.with_chosen")) {
                b { (texts.t("bulk.with_chosen")) }
                @for to in STEPS {
                    button type="submit" name="to" value=(to.name()) { (texts.word("ticket_act", to.name())) }
                }
                span.choose {
                    label { span { (texts.t("ticket_page.resolution")) }
                        select name="resolution" {
                            @for resolution in Resolution::ALL {
                                option value=(resolution.name()) { (texts.word("resolution", resolution.name())) }
                            }
                        }
                    }
                    button type="submit" name="to" value=(TicketState::Closed.name()) { (texts.t("ticket_page.close")) }
                }
            }
        }
    }
}

/// `POST /tasks/bulk`.
pub(in super::super) async fn change(
    State(app): State<App>,
    visitor: Visitor,
    body: String,
) -> Result<Markup, Problem> {
    let sent = Sent::read(&body)?;
    let (to, resolution) = step(&sent)?;
    let plan = plan(visitor.texts, to, resolution);
    let mut rows = Vec::new();
    for id in sent.chosen() {
        rows.push(acts::ticket(&app, &visitor.administrator, id).await?.1);
    }
    if !sent.is_confirmed() {
        let things: Vec<Thing> = rows
            .iter()
            .map(|row| thing(visitor.texts, row, to, resolution))
            .collect();
        return Ok(plan.ask(&visitor, &things));
    }
    let mut done = Vec::new();
    for row in &rows {
        let by = &visitor.administrator;
        let result = acts::step_ticket(&app, by, row, to, resolution, visitor.now).await;
        done.push((thing(visitor.texts, row, to, resolution), result));
    }
    Ok(plan.account(&visitor, &done))
}

/// A resolution stands beside every button of the form and counts for closing only.
fn step(sent: &Sent) -> Result<(TicketState, Option<Resolution>), Problem> {
    let unclear = || Problem::invalid("form", "choose what to do");
    match sent.get("to").and_then(TicketState::named) {
        Some(TicketState::Closed) => {
            let resolution = sent.get("resolution").and_then(Resolution::named);
            Ok((TicketState::Closed, Some(resolution.ok_or_else(unclear)?)))
        }
        Some(to) if STEPS.contains(&to) => Ok((to, None)),
        _ => Err(unclear()),
    }
}

fn plan(texts: &Texts, to: TicketState, resolution: Option<Resolution>) -> Plan<'static> {
    let what = match resolution {
        Some(resolution) => texts.fill(
            "bulk.close",
            &[("resolution", texts.word("resolution", resolution.name()))],
        ),
        None => texts.word("ticket_act", to.name()).to_owned(),
    };
    let mut fields = vec![("to", to.name().to_owned())];
    fields.extend(resolution.map(|resolution| ("resolution", resolution.name().to_owned())));
    Plan {
        place: Place::Tasks,
        action: "/tasks/bulk",
        back: "/tasks",
        what,
        fields,
    }
}

fn thing(texts: &Texts, row: &TicketRow, to: TicketState, resolution: Option<Resolution>) -> Thing {
    let refusal = row.ticket.state.check_step(to, resolution).err();
    let fault = texts.word("fault", row.ticket.fault.name());
    Thing {
        id: row.ticket.id.to_string(),
        name: format!("{}: {fault}", row.ticket.kit_name.as_str()),
        municipality: row.municipality.clone(),
        refusal: refusal.map(|refusal| Problem::refused("ticket-step", &refusal)),
    }
}
