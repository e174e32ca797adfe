//! Several kits at once: the next step of their lives, a file, labels and packing lists. What cuts a kit off for good is
//! asked for on its own page, one by one.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use maud::{Markup, html};

use super::{
    super::{layout::Place, print, visitor::Visitor},
    KITS, Plan, Sent, Thing,
};
use crate::{
    app::App,
    console::{acts, csv_file, icons, inventory},
    domain::{authorisation::Resource, inventory_file::COLUMNS, life_cycle::LifeState},
    store::{Kit, KitKey},
    web::Problem,
};

/// Whether there is anything that this visitor could do with a kit that is ticked. Everybody who sees kits may print.
pub(in super::super) fn has_acts(visitor: &Visitor) -> bool {
    visitor.may_see(Resource::Kits)
}

/// The states that several kits can be put into at once.
fn states() -> impl Iterator<Item = LifeState> {
    LifeState::ALL
        .iter()
        .copied()
        .filter(|state| !state.ends_enrolment() && *state != LifeState::Ordered)
}

/// What can be done with the kits that are ticked.
pub(in super::super) fn bar(visitor: &Visitor) -> Markup {
    let texts = visitor.texts;
    html! {
        form.bulk #(KITS) method="post" action="/kits/bulk" aria-label=(texts.t("bulk.with_chosen")) {
            b { (texts.t("bulk.with_chosen")) }
            @if visitor.may_change(Resource::Kits) {
                span.choose {
                    label { span { (texts.t("kit.becomes")) }
                        select name="to" {
                            @for state in states() {
                                option value=(state.name()) selected[state == LifeState::InService] { (texts.word("life", state.name())) }
                            }
                        }
                    }
                    button type="submit" { (texts.t("bulk.change_state")) }
                }
            }
            @if visitor.may_see(Resource::Register) {
                button type="submit" formmethod="get" formaction="/kits/chosen.csv" { (icons::DOWNLOAD) (texts.t("common.csv")) }
            }
            button type="submit" formmethod="get" formaction="/kits/labels" { (icons::TAG) (texts.t("bulk.labels")) }
            button type="submit" formmethod="get" formaction="/kits/sheets" { (icons::PRINTER) (texts.t("bulk.sheets")) }
        }
    }
}

/// `POST /kits/bulk`.
pub(in super::super) async fn change(
    State(app): State<App>,
    visitor: Visitor,
    body: String,
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let sent = Sent::read(&body)?;
    let to = sent.get("to").and_then(LifeState::named);
    let to = to.filter(|to| states().any(|state| state == *to));
    let to = to.ok_or_else(|| Problem::invalid("form", "choose what the kits become"))?;
    let plan = Plan {
        place: Place::Kits,
        action: "/kits/bulk",
        back: "/kits",
        what: texts.fill("bulk.becomes", &[("state", texts.word("life", to.name()))]),
        fields: vec![("to", to.name().to_owned())],
    };
    let kits = chosen(&app, &visitor, &sent).await?;
    if !sent.is_confirmed() {
        let things: Vec<Thing> = kits
            .iter()
            .map(|(key, kit)| thing(&visitor, *key, kit, to))
            .collect();
        return Ok(plan.ask(&visitor, &things));
    }
    let mut done = Vec::new();
    for (key, kit) in &kits {
        let result = acts::take_step(&app, &visitor.administrator, *key, to, visitor.now).await;
        done.push((thing(&visitor, *key, kit, to), result));
    }
    Ok(plan.account(&visitor, &done))
}

fn thing(visitor: &Visitor, key: KitKey, kit: &Kit, to: LifeState) -> Thing {
    let refusal = kit.life.check_step(to).err();
    let municipality = visitor.reach.iter().find(|tenant| tenant.id == key.tenant);
    Thing {
        id: kit.id.to_string(),
        name: kit.name.as_str().to_owned(),
        municipality: municipality.map_or_else(String::new, |tenant| tenant.name.clone()),
        refusal: refusal.map(|refusal| Problem::refused("life-step", &refusal)),
    }
}

/// The kits that are ticked; one that is not within reach spoils it all.
async fn chosen(app: &App, visitor: &Visitor, sent: &Sent) -> Result<Vec<(KitKey, Kit)>, Problem> {
    let mut kits = Vec::new();
    for id in sent.chosen() {
        let key = acts::kit_key(app, &visitor.administrator, id).await?;
        kits.push((key, app.store.kit(key).await?));
    }
    Ok(kits)
}

/// `GET /kits/chosen.csv`: the register's rows of the kits that are ticked.
pub(in super::super) async fn export(
    State(app): State<App>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let sent = Sent::read(query.as_deref().unwrap_or_default())?;
    let kits = chosen(&app, &visitor, &sent).await?;
    let mut rows: Vec<[String; COLUMNS.len()]> = Vec::new();
    for tenant in &visitor.reach {
        let of_tenant: Vec<_> = kits
            .iter()
            .filter(|(key, _)| key.tenant == tenant.id)
            .map(|(key, _)| key.kit)
            .collect();
        if !of_tenant.is_empty() {
            let by = &visitor.administrator;
            rows.extend(inventory::rows_of(&app, by, tenant, &of_tenant, visitor.now).await?);
        }
    }
    Ok(csv_file::download("kit", COLUMNS, rows))
}

/// `GET /kits/labels`.
pub(in super::super) async fn labels(
    State(app): State<App>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Markup, Problem> {
    let sent = Sent::read(query.as_deref().unwrap_or_default())?;
    let kits = chosen(&app, &visitor, &sent).await?;
    print::labels(&visitor, &kits)
}

/// `GET /kits/sheets`.
pub(in super::super) async fn sheets(
    State(app): State<App>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Markup, Problem> {
    let sent = Sent::read(query.as_deref().unwrap_or_default())?;
    let mut packed = Vec::new();
    for (key, kit) in chosen(&app, &visitor, &sent).await? {
        let parts = app.store.parts_of(key).await?;
        packed.push((key, kit, parts));
    }
    print::sheets(&visitor, &packed)
}
