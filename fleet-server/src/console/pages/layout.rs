//! The frame of every page: band, navigation, content.

use maud::{DOCTYPE, Markup, html};

use crate::console::texts::Texts;

/// A page of somebody who is logged in.
pub(super) fn page(texts: &Texts, tenant: &str, content: &Markup) -> Markup {
    document(
        texts,
        &html! {
            a.skip href="#content" { (texts.skip_to_content) }
            nav.side {
                p.tenant { b { (tenant) } br; span.note { (texts.product) } }
                ul { li { a href="/" aria-current="page" { (texts.kits) } } }
                form method="post" action="/logout" { button type="submit" { (texts.log_out) } }
            }
            main #content tabindex="-1" { (content) }
        },
    )
}

/// A page of nobody yet.
pub(super) fn outside(texts: &Texts, content: &Markup) -> Markup {
    document(texts, &html! { main.narrow { (content) } })
}

fn document(texts: &Texts, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(texts.language) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (texts.product) }
                link rel="stylesheet" href="/assets/console.css";
            }
            body { (body) }
        }
    }
}
