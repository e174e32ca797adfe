//! Several alerts at once: put off until a time.

use axum::extract::State;
use fleet_api::AlertId;
use jiff::{SignedDuration, Timestamp, civil::DateTime};
use maud::{Markup, html};

use super::{
    super::{alerts, layout::Place, visitor::Visitor},
    ALERTS, Plan, Sent, Thing,
};
use crate::{
    app::App,
    console::{acts, clock, texts::Texts},
    domain::{alert::check_snooze, authorisation::Resource},
    store::{OpenAlert, StoreError, Tenant},
    web::Problem,
};

/// How long an alert is put off unless somebody chooses another time.
const USUAL_SNOOZE: SignedDuration = SignedDuration::from_hours(1);

/// What can be done with the alerts that are ticked.
pub(in super::super) fn bar(visitor: &Visitor) -> Markup {
    let texts = visitor.texts;
    let usual = clock::field(visitor.now + USUAL_SNOOZE);
    html! {
        @if visitor.may_change(Resource::Alerts) {
            form.bulk #(ALERTS) method="post" action="/alerts/bulk" aria-label=(texts.t("bulk.with_chosen")) {
                b { (texts.t("bulk.with_chosen")) }
                span.choose {
                    label { span { (texts.t("alerts.snooze")) } input type="datetime-local" name="until" value=(usual) required; }
                    button type="submit" { (texts.t("alerts.snooze_act")) }
                }
            }
        }
    }
}

/// `POST /alerts/bulk`.
pub(in super::super) async fn change(
    State(app): State<App>,
    visitor: Visitor,
    body: String,
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let sent = Sent::read(&body)?;
    let until =
        until(&sent).ok_or_else(|| Problem::invalid("form", "choose until when the alerts are silent"))?;
    let open = alerts::open(&app, &visitor.reach).await?;
    let chosen = chosen(&open, &sent)?;
    let plan = Plan {
        place: Place::Tasks,
        action: "/alerts/bulk",
        back: "/tasks",
        what: texts.fill(
            "bulk.snooze",
            &[("until", &clock::when(texts, until, visitor.now))],
        ),
        fields: vec![("until", clock::field(until))],
    };
    let thing = |row| thing(texts, row, until, visitor.now);
    if !sent.is_confirmed() {
        let things: Vec<Thing> = chosen.into_iter().map(thing).collect();
        return Ok(plan.ask(&visitor, &things));
    }
    let mut done = Vec::new();
    for row in chosen {
        let id = row.1.id.to_string();
        let result = acts::snooze(&app, &visitor.administrator, &id, until, visitor.now).await;
        done.push((thing(row), result));
    }
    Ok(plan.account(&visitor, &done))
}

fn until(sent: &Sent) -> Option<Timestamp> {
    clock::at(sent.get("until")?.parse::<DateTime>().ok()?)
}

/// The alerts that are ticked; one that is not within reach, or over, spoils it all.
fn chosen<'a>(
    open: &'a [(&'a Tenant, OpenAlert)],
    sent: &Sent,
) -> Result<Vec<&'a (&'a Tenant, OpenAlert)>, Problem> {
    let find = |id: &str| {
        let id: AlertId = id.parse().ok()?;
        open.iter().find(|(_, alert)| alert.id == id)
    };
    let found: Option<Vec<_>> = sent.chosen().map(find).collect();
    found.ok_or_else(|| Problem::from(StoreError::NotFound("alert")))
}

fn thing(texts: &Texts, (tenant, alert): &(&Tenant, OpenAlert), until: Timestamp, now: Timestamp) -> Thing {
    let refusal = check_snooze(until, now).err();
    let kind = texts.word("alert", alert.kind.name());
    Thing {
        id: alert.id.to_string(),
        name: format!("{}: {kind}", alert.kit_name.as_str()),
        municipality: tenant.name.clone(),
        refusal: refusal.map(|refusal| Problem::refused("snooze", &refusal)),
    }
}
