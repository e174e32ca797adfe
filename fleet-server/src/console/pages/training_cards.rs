//! The training page's tables and forms. People are their pseudonyms here.

use fleet_api::TenantId;
use jiff::{ToSpan, civil::Date};
use maud::{Markup, html};

use super::{
    address::Address,
    common::{named, or_missing, task},
    table::{Column, Label, Table, Value},
};
use crate::{
    console::{acts::Learner, clock, icons, texts::Texts},
    domain::{
        agreement::Arrangement,
        responsibility::under,
        training::{Lack, RoutineVersion, TITLE_BYTES, Topic, Training},
    },
    store::Unit,
};

/// How long a training counts, if nobody says otherwise.
const USUALLY_VALID_YEARS: i64 = 2;

/// What is lacking, by what it is; whose task it is follows from the table.
pub(super) fn to_do(
    texts: &'static Texts,
    address: &Address,
    municipality: &str,
    learners: &[Learner],
    arrangement: Option<Arrangement>,
) -> Markup {
    let lacking = |topic: Option<Topic>| -> Vec<&str> {
        let lacks = |learner: &&Learner| learner.lacks.iter().any(|lack| topic_of(*lack) == topic);
        let of = learners.iter().filter(lacks);
        of.map(|learner| learner.worker.pseudonym.as_str()).collect()
    };
    let kinds = Topic::ALL.iter().copied().map(Some).chain([None]);
    let open: Vec<Lacking<'_>> = kinds
        .map(|topic| (topic, lacking(topic)))
        .filter(|(_, who)| !who.is_empty())
        .collect();
    let rows: Vec<&Lacking<'_>> = open.iter().collect();
    let answer = |topic: Option<Topic>| {
        under(
            topic.map_or(Lack::NotRead(0), Lack::NotTrained).item(),
            arrangement,
        )
    };
    let what = |topic: Option<Topic>| match topic {
        Some(topic) => texts.fill(
            "training.train_in",
            &[("topic", texts.word("topic", topic.name()))],
        ),
        None => texts.t("training.have_read").to_owned(),
    };
    let columns = vec![
        Column::words(
            "what",
            texts.t("follow_up.what"),
            move |(topic, _): &Lacking<'_>| Value::words(what(*topic)),
        )
        .shown(move |(topic, _)| {
            html! { (what(*topic)) br; span.note { (texts.word("reason", answer(*topic).why.name())) } }
        }),
        Column::words("who", texts.t("training.who"), |(_, who): &Lacking<'_>| {
            Value::words(who.join(", "))
        }),
        Column::choice("task", texts.t("column.task"), move |(topic, _): &Lacking<'_>| {
            named(texts, answer(*topic), municipality)
        })
        .shown(move |(topic, _)| task(texts, municipality, Some(answer(*topic)))),
    ];
    html! {
        @if rows.is_empty() { p { (icons::CHECK) (texts.t("overview.no_tasks")) } }
        @else { (Table::new(texts, Label::By("to-do"), columns).named("todo").show(address, &rows)) }
    }
}

/// What is lacking, and who lacks it.
type Lacking<'l> = (Option<Topic>, Vec<&'l str>);

fn topic_of(lack: Lack) -> Option<Topic> {
    match lack {
        Lack::NotTrained(topic) | Lack::Expired(topic, _) => Some(topic),
        Lack::NotRead(_) => None,
    }
}

/// Each care worker: until when each training counts, and whether the routine is read.
pub(super) fn workers(
    texts: &'static Texts,
    address: &Address,
    (learners, units): (&[Learner], &[Unit]),
    current: Option<&RoutineVersion>,
    today: Date,
) -> Markup {
    let unit_of = |learner: &Learner| {
        let unit = units.iter().find(|unit| unit.id == learner.worker.unit);
        unit.map_or_else(String::new, |unit| unit.name.clone())
    };
    let mut columns = vec![
        Column::words(
            "worker",
            texts.t("training_column.worker"),
            |learner: &Learner| Value::words(learner.worker.pseudonym.as_str()),
        ),
        Column::choice("unit_of", texts.t("hygiene.unit"), move |learner: &Learner| {
            Value::words(unit_of(learner))
        }),
    ];
    columns.extend(Topic::ALL.iter().map(|topic| {
        Column::time(
            topic.name(),
            texts.word("topic", topic.name()),
            |learner: &Learner| {
                Value::or_missing(newest(learner, *topic), |training| {
                    Value::Day(training.valid_until)
                })
            },
        )
        .shown(move |learner| valid(texts, learner, *topic, today))
    }));
    columns.extend([
        Column::time("read", texts.t("training.routine_read"), |learner: &Learner| {
            let newest = learner.learnt.read.iter().max_by_key(|(version, _)| *version);
            Value::or_missing(newest, |(_, at)| Value::Time(*at))
        })
        .shown(move |learner| read(texts, learner, current)),
        Column::choice("ready", texts.t("column.state"), |learner: &Learner| {
            let (place, key) = if learner.lacks.is_empty() {
                (1, "training.ready")
            } else {
                (0, "training.lacking")
            };
            Value::Choice(place, texts.t(key).into())
        })
        .shown(move |learner| {
            html! {
                @if learner.lacks.is_empty() { span.ready { (icons::CHECK) (texts.t("training.ready")) } }
                @else { span.warning { (icons::WARNING) (texts.t("training.lacking")) } }
            }
        }),
    ]);
    html! {
        @if learners.is_empty() { p { (texts.t("training.nobody")) } } @else {
            (Table::new(texts, Label::By("workers"), columns).show(address, &learners.iter().collect::<Vec<_>>()))
        }
    }
}

fn newest(learner: &Learner, topic: Topic) -> Option<&Training> {
    let trainings = learner.learnt.trainings.iter();
    trainings
        .filter(|training| training.topic == topic)
        .max_by_key(|training| training.valid_until)
}

fn valid(texts: &Texts, learner: &Learner, topic: Topic, today: Date) -> Markup {
    html! {
        @match newest(learner, topic) {
            Some(training) if training.valid_until < today => {
                span.warning.day { (icons::WARNING) (texts.t("training.expired")) br; (clock::short_day(texts, training.valid_until)) }
            }
            Some(training) => { span.day { (clock::short_day(texts, training.valid_until)) } }
            None => { (or_missing(texts, None::<&str>)) }
        }
    }
}

fn read(texts: &Texts, learner: &Learner, current: Option<&RoutineVersion>) -> Markup {
    let newest = learner.learnt.read.iter().max_by_key(|(version, _)| *version);
    let value = newest.map(|(version, at)| {
        let version = texts.fill("training.version", &[("version", &version.to_string())]);
        html! { span.day { (version) br; (clock::short_day(texts, clock::day(*at))) } }
    });
    let old = newest
        .zip(current)
        .is_some_and(|((version, _), current)| *version < current.version);
    html! {
        @if old { span.warning { (icons::WARNING) } } (or_missing(texts, value))
    }
}

/// The versions of the routine, and how many have read each.
pub(super) fn versions(
    texts: &Texts,
    versions: &[RoutineVersion],
    current: Option<&RoutineVersion>,
    learners: &[Learner],
    today: Date,
) -> Markup {
    html! {
        @if versions.is_empty() { p.attention { (texts.t("training.no_routine")) } }
        ol.timeline { @for version in versions {
            @let in_force = current.is_some_and(|current| current.version == version.version);
            @let readers = learners.iter().filter(|learner| learner.learnt.versions().contains(&version.version)).count();
            li class=[in_force.then_some("now")] {
                b { (version.version) ". " (version.title) }
                br;
                span.note {
                    (clock::long_day(texts, version.from)) ". "
                    (texts.fill("training.read_by", &[("read", &readers.to_string()), ("all", &learners.len().to_string())]))
                    @if in_force {
                        br;
                        @if version.review_on <= today { span.warning { (icons::WARNING) (review(texts, version)) } }
                        @else { (review(texts, version)) }
                    }
                }
            }
        } }
    }
}

fn review(texts: &Texts, version: &RoutineVersion) -> String {
    texts.fill(
        "training.review",
        &[("day", &clock::long_day(texts, version.review_on))],
    )
}

/// Records a training.
pub(super) fn train_form(texts: &Texts, tenant: TenantId, learners: &[Learner], today: Date) -> Markup {
    let usually = today.saturating_add(USUALLY_VALID_YEARS.years());
    html! {
        form.fields method="post" action={ "/training?municipality=" (tenant) } {
            input type="hidden" name="act" value="train";
            (choose_worker(texts, learners))
            label { (texts.t("training.topic"))
                select name="topic" { @for topic in Topic::ALL { option value=(topic.name()) { (texts.word("topic", topic.name())) } } }
            }
            label { (texts.t("training_column.on")) input type="date" name="on" value=(today) max=(today) required; }
            label { (texts.t("training_column.until")) input type="date" name="valid_until" value=(usually) required; }
            button type="submit" { (texts.t("common.save")) }
        }
    }
}

/// Records that somebody has read the version in force.
pub(super) fn read_form(
    texts: &Texts,
    tenant: TenantId,
    learners: &[Learner],
    current: &RoutineVersion,
) -> Markup {
    html! {
        form.fields method="post" action={ "/training?municipality=" (tenant) } {
            p { (current.version) ". " (current.title) }
            input type="hidden" name="act" value="read";
            input type="hidden" name="version" value=(current.version);
            (choose_worker(texts, learners))
            button type="submit" { (texts.t("training.has_read")) }
        }
    }
}

/// Adopts a version of the routine.
pub(super) fn adopt_form(texts: &Texts, tenant: TenantId, today: Date) -> Markup {
    html! {
        form.fields method="post" action={ "/training?municipality=" (tenant) } {
            input type="hidden" name="act" value="adopt";
            label { (texts.t("training.name")) input name="title" maxlength=(TITLE_BYTES) required; }
            label { (texts.t("training.from")) input type="date" name="from" value=(today) required; }
            label { (texts.t("training.review_on"))
                input type="date" name="review_on" value=(today.saturating_add(1.year())) required;
            }
            button type="submit" { (texts.t("hygiene.adopt")) }
        }
    }
}

fn choose_worker(texts: &Texts, learners: &[Learner]) -> Markup {
    html! {
        label { (texts.t("hand.worker"))
            select name="worker" { @for learner in learners {
                option value=(learner.worker.id) { (learner.worker.pseudonym) " – " (learner.worker.name) }
            } }
        }
    }
}
