//! A kit that another municipality has now, for one that had it: what it was called here, and what happened to it here.

use maud::{Markup, html};

use super::{
    kit_cards,
    layout::{self, Head, Place},
    visitor::Visitor,
};
use crate::{app::App, console::acts::Life, web::Problem};

/// The page.
pub(super) async fn page(app: &App, visitor: &Visitor, kit: &str, life: &Life) -> Result<Markup, Problem> {
    let missing = || Problem::not_found("there is no such kit");
    let (texts, last) = (visitor.texts, life.steps.first().ok_or_else(missing)?);
    let tenant = visitor.tenant(last.tenant)?;
    let names = app.store.kit_names(tenant.id).await?;
    let name = names.into_iter().find(|(id, _)| id.to_string() == kit);
    let (_, name) = name.ok_or_else(missing)?;
    let head = Head {
        title: name.as_str().to_owned(),
        lead: texts.fill("kit.has_left", &[("municipality", &tenant.name)]),
        acts: html! {},
    };
    let content = html! {
        section.card aria-labelledby="life" {
            h2 #life { (texts.t("kit.life")) }
            (kit_cards::history(visitor, life))
        }
    };
    Ok(layout::page(visitor, Place::Kits, &head, &content))
}
