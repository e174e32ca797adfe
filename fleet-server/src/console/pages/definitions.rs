//! What each figure counts: beside it on the screen, and as a table on paper.

use maud::{Markup, html};

use crate::{
    console::texts::Texts,
    domain::follow_up::measure::{Beside, Measure},
};

/// The parts of a definition; their names and texts stand under these.
const PARTS: [&str; 4] = ["numerator", "denominator", "source", "left_out"];

/// Opens to the definition of one measure.
pub(super) fn beside(texts: &Texts, measure: &str) -> Markup {
    html! {
        details.definition {
            summary { (texts.t("follow_up.how_counted")) span.spoken { ": " (texts.word("measure", measure)) } }
            dl {
                @for part in PARTS {
                    dt { (texts.word("follow_up_column", column(part))) }
                    dd { (texts.word(part, measure)) }
                }
            }
        }
    }
}

/// All definitions, for paper.
pub(super) fn all(texts: &Texts) -> Markup {
    let names = Measure::ALL
        .iter()
        .map(|measure| measure.name())
        .chain(Beside::ALL.iter().map(|beside| beside.name()));
    html! {
        section.definitions aria-labelledby="definitions" {
            h2 #definitions { (texts.t("follow_up.definitions")) }
            table {
                thead { tr {
                    th scope="col" { (texts.t("follow_up_column.measure")) }
                    @for part in PARTS { th scope="col" { (texts.word("follow_up_column", column(part))) } }
                } }
                tbody { @for name in names { tr {
                    th scope="row" { (texts.word("measure", name)) }
                    @for part in PARTS { td { (texts.word(part, name)) } }
                } } }
            }
        }
    }
}

fn column(part: &str) -> &str {
    match part {
        "numerator" => "numerator_is",
        "denominator" => "denominator_is",
        other => other,
    }
}
