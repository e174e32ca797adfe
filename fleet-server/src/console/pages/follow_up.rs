//! Monthly follow-up: one page that a manager reads, prints and signs; as CSV too.

use axum::{
    Form,
    extract::{self, State, rejection::FormRejection},
    response::{IntoResponse, Redirect, Response},
};
use fleet_api::{ReservationId, UnitId};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    address::Address,
    definitions, follow_up_cards as cards, follow_up_charts as charts, follow_up_figures as figures,
    follow_up_tables as tables,
    layout::{self, Head, Place},
    period::{Choice, controls},
    visitor::Visitor,
};
use crate::{
    app::App,
    console::{
        acts, clock, csv_file,
        follow_up::{COLUMNS, Felt, MonthOf, Report, YearOf, felt, of_month, of_year, tasks},
        icons,
    },
    domain::{
        agreement::{Arrangement, in_force},
        follow_up::{account::WhyNotHeld, settings::Settings, tally::Tally},
        hygiene::review,
    },
    store::{Answers, StoreError, Tenant, Unit},
    web::{Problem, Query},
};

/// All that the page is made of.
pub(super) struct Month {
    pub(super) tenant: Tenant,
    pub(super) unit: Option<Unit>,
    pub(super) of: MonthOf,
    pub(super) tally: Tally,
    pub(super) before: Tally,
    pub(super) year: YearOf,
    pub(super) felt: [Felt; 2],
    pub(super) settings: Settings,
    /// How the municipality had its kits at the end of the month.
    pub(super) arrangement: Option<Arrangement>,
}

impl Month {
    /// The id of the chosen unit.
    pub(super) fn unit_id(&self) -> Option<UnitId> {
        self.unit.as_ref().map(|unit| unit.id)
    }
}

/// Why a meeting was not held, as the form sends it.
#[derive(Debug, Deserialize)]
pub(super) struct Stated {
    reservation: ReservationId,
    cause: WhyNotHeld,
    back: String,
}

/// `GET /follow-up`.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    here: Address,
    Query(choice): Query<Choice>,
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let tenant = choice.tenant(&visitor)?.clone();
    let units = app.store.units(tenant.id).await?;
    let unit = choice.unit(&units)?.cloned();
    let month = gather(&app, &visitor, tenant, unit, &choice).await?;
    let learners = acts::learners(&app, month.tenant.id, clock::day(visitor.now)).await?;
    let of_unit = learners.into_iter().filter(|learner| {
        month
            .unit
            .as_ref()
            .is_none_or(|unit| learner.worker.unit == unit.id)
    });
    let lacks: Vec<_> = of_unit.map(|learner| learner.lacks).collect();
    let checklist = app.store.checklist(month.tenant.id).await?;
    let review = checklist.and_then(|checklist| review(&checklist, clock::day(visitor.now)));
    let now = (lacks.as_slice(), review);
    let to_do = tasks(&month.of, month.unit_id(), now, month.arrangement);
    let address = address(&month);
    let head = Head {
        title: cards::title(texts, &month),
        lead: cards::lead(texts, &month),
        acts: html! {
            (controls(&visitor, "/follow-up", month.tenant.id, Some(month.of.month), (&units, month.unit_id())))
            a.button href={ "/follow-up.csv?" (address) } { (icons::DOWNLOAD) (texts.t("common.csv")) }
        },
    };
    let content = html! {
        (layout::confirmation(texts, choice.done.as_deref()))
        (cards::report_top(&visitor, &month))
        (figures::figures(texts, &month))
        div.report-halves {
            (charts::weeks(texts, &here, &month))
            (charts::ratings(texts, &month))
        }
        (tables::units(texts, &here, &month))
        (tables::to_do(texts, &here, &month, &to_do))
        (cards::signature(texts, visitor.own(), &month))
        div.report-halves {
            (charts::year(texts, &here, &month))
            (charts::travel(texts, &month))
        }
        div.report-halves {
            (tables::causes(texts, &here, &month))
            (tables::more(texts, &month))
        }
        (tables::unexplained(&visitor, &month, &address))
        (definitions::all(texts))
    };
    Ok(layout::page(&visitor, Place::FollowUp, &head, &content))
}

/// `GET /follow-up.csv`: all units' figures with their definitions.
pub(super) async fn export(
    State(app): State<App>,
    visitor: Visitor,
    Query(choice): Query<Choice>,
) -> Result<Response, Problem> {
    let texts = visitor.texts;
    let tenant = choice.tenant(&visitor)?.clone();
    let answers = app.store.ratings(tenant.id, choice.month(visitor.now)).await?;
    let month = gather(&app, &visitor, tenant, None, &choice).await?;
    let report = Report {
        municipality: &month.tenant.name,
        month: &month.of,
        year: &month.year,
        felt: all_felt(&month.of, &answers),
        travel: month.settings.travel.as_ref(),
    };
    let head = COLUMNS.map(|name| texts.word("follow_up_column", name));
    let name = format!("{}-{}", texts.t("follow_up.file"), month.of.month);
    Ok(csv_file::download(&name, head, report.cells(texts)))
}

/// `POST /follow-up`: why a meeting was not held.
pub(super) async fn state_cause(
    State(app): State<App>,
    visitor: Visitor,
    form: Result<Form<Stated>, FormRejection>,
) -> Result<Response, Problem> {
    let Form(stated) = form.map_err(|_| Problem::invalid("form", "choose a cause"))?;
    acts::state_cause(
        &app,
        &visitor.administrator,
        stated.reservation,
        stated.cause,
        visitor.now,
    )
    .await?;
    // Only what this page itself would put into an address is put there.
    let choice: Choice =
        extract::Query::try_from_uri(&format!("/?{}", stated.back).parse().unwrap_or_default())
            .map(|extract::Query(choice)| choice)
            .unwrap_or_default();
    let part = |name: &str, value: Option<String>| {
        value.map_or_else(String::new, |value| format!("{name}={value}&"))
    };
    let address = [
        part("municipality", choice.municipality.map(|id| id.to_string())),
        part("unit", choice.unit.map(|id| id.to_string())),
        part("month", choice.month.map(|month| month.to_string())),
    ];
    Ok(Redirect::to(&format!("/follow-up?{}done=cause", address.concat())).into_response())
}

/// What may be shown of how it felt: of all, then of each unit.
pub(in crate::console) fn all_felt(month: &MonthOf, answers: &[Answers]) -> Vec<[Felt; 2]> {
    let units = month.units.iter().map(|unit| felt(answers, unit.id));
    std::iter::once(felt(answers, None)).chain(units).collect()
}

async fn gather(
    app: &App,
    visitor: &Visitor,
    tenant: Tenant,
    unit: Option<Unit>,
    choice: &Choice,
) -> Result<Month, StoreError> {
    let month = choice.month(visitor.now);
    let of = of_month(app, &tenant, month, visitor.now).await?;
    let before = of_month(app, &tenant, month.after(-1), visitor.now).await?;
    let unit_id = unit.as_ref().map(|unit| unit.id);
    let answers = app.store.ratings(tenant.id, month).await?;
    let agreements = app.store.agreements(tenant.id).await?;
    let today = clock::day(visitor.now);
    let last_day = month.days().last().unwrap_or(today).min(today);
    Ok(Month {
        tally: of.tally(unit_id),
        before: before.tally(unit_id),
        year: of_year(app, &tenant, month, visitor.now).await?,
        felt: felt(&answers, unit_id),
        settings: app.store.follow_up_settings(tenant.id).await?,
        arrangement: in_force(&agreements, last_day).map(|agreement| agreement.arrangement),
        of,
        tenant,
        unit,
    })
}

/// The choice as it stands in the address.
fn address(month: &Month) -> String {
    let unit = month
        .unit
        .as_ref()
        .map_or_else(String::new, |unit| format!("&unit={}", unit.id));
    format!("municipality={}{unit}&month={}", month.tenant.id, month.of.month)
}
