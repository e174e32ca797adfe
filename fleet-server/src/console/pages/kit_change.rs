//! The forms of a kit's page: what each needs, and carrying it out.

use fleet_api::{CareWorkerId, Fault, PartId, Rating, TenantId};
use serde::Deserialize;

use super::{kit_owner::NewOwner, visitor::Visitor};
use crate::{
    app::App,
    console::acts,
    domain::{
        authorisation::Resource,
        hygiene::{CleanedPart, OverrideReason, Phase},
        life_cycle::LifeState,
        part::Condition,
    },
    web::Problem,
};

/// One of the page's forms.
#[derive(Debug, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub(super) enum Change {
    /// The next step of its life.
    Step { to: LifeState },
    /// Another name.
    Rename { name: String },
    /// Somebody else's property.
    #[serde(rename = "change_owner")]
    Owner { owner: NewOwner },
    /// Over to another municipality.
    HandOver { municipality: TenantId },
    /// A care worker takes it along.
    CheckOut {
        worker: CareWorkerId,
        #[serde(default, deserialize_with = "reason_or_none")]
        reason: Option<OverrideReason>,
    },
    /// A care worker brings it back.
    TakeBack {
        worker: CareWorkerId,
        #[serde(default, deserialize_with = "rating_or_none")]
        rating: Option<Rating>,
    },
    /// A care worker signs that every part is clean, by the version of the checklist that the form showed.
    Sign {
        worker: CareWorkerId,
        phase: Phase,
        #[serde(default, deserialize_with = "super::empty_is_none")]
        version: Option<u32>,
    },
    /// A part broke, was lost, or is whole again.
    Condition { part: PartId, condition: Condition },
    /// The office reports a fault.
    Report { fault: Fault },
    /// It stands ready to take another's place.
    MarkSpare,
    /// It is in daily use again.
    UnmarkSpare,
}

impl Change {
    /// What somebody needs for it.
    fn right(&self) -> Resource {
        match self {
            Self::Step { .. } => Resource::Kits,
            Self::Rename { .. } => Resource::Register,
            Self::Owner { .. } => Resource::KitOwners,
            Self::HandOver { .. } => Resource::HandOvers,
            Self::CheckOut { .. } | Self::TakeBack { .. } => Resource::CheckOuts,
            Self::Sign { .. } => Resource::Hygiene,
            Self::Condition { .. } => Resource::Parts,
            Self::Report { .. } => Resource::Faults,
            Self::MarkSpare | Self::UnmarkSpare => Resource::Spares,
        }
    }
}

fn reason_or_none<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<OverrideReason>, D::Error> {
    let name = String::deserialize(deserializer)?;
    Ok(OverrideReason::named(&name))
}

fn rating_or_none<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Rating>, D::Error> {
    let name = String::deserialize(deserializer)?;
    Ok(Rating::ALL.into_iter().find(|rating| rating.name() == name))
}

/// Makes a change, if the visitor may. Returns what names the sentence that says so.
pub(super) async fn make(
    app: &App,
    visitor: &Visitor,
    kit: &str,
    change: Change,
) -> Result<&'static str, Problem> {
    visitor.demand(change.right())?;
    let key = acts::kit_key(app, &visitor.administrator, kit).await?;
    match change {
        Change::Step { to } => {
            acts::take_step(app, &visitor.administrator, key, to, visitor.now).await?;
            Ok("step")
        }
        Change::Rename { name } => {
            let name = name
                .parse()
                .map_err(|error| Problem::invalid("kit-name", error))?;
            acts::rename(app, &visitor.administrator, key, &name, visitor.now).await?;
            Ok("renamed")
        }
        Change::Owner { owner } => {
            acts::change_owner(app, &visitor.administrator, key, owner.0, visitor.now).await?;
            Ok("owner")
        }
        Change::HandOver { municipality } => {
            acts::hand_over(app, &visitor.administrator, key, municipality, visitor.now).await?;
            Ok("handed_over")
        }
        Change::CheckOut { worker, reason } => {
            acts::check_out(app, &visitor.administrator, key, worker, reason, visitor.now).await?;
            Ok("checked_out")
        }
        Change::TakeBack { worker, rating } => {
            acts::take_back(app, &visitor.administrator, key, worker, visitor.now).await?;
            if let Some(rating) = rating {
                acts::rate(
                    app,
                    &visitor.administrator,
                    key.tenant,
                    worker,
                    rating,
                    visitor.now,
                )
                .await?;
            }
            Ok("returned")
        }
        Change::Sign {
            worker,
            phase,
            version,
        } => {
            // The form names every part beside its button.
            let signed = acts::Signed {
                phase,
                version: version.unwrap_or_default(),
                parts: &CleanedPart::ALL.iter().copied().collect(),
            };
            acts::sign_off(app, &visitor.administrator, key, worker, signed, visitor.now).await?;
            Ok("signed")
        }
        Change::Condition { part, condition } => {
            app.store
                .set_condition(key.tenant, part, condition, &visitor.act())
                .await?;
            Ok("condition")
        }
        Change::Report { fault } => {
            acts::report_fault(app, &visitor.administrator, key, fault, visitor.now).await?;
            Ok("reported")
        }
        Change::MarkSpare => {
            acts::mark_spare(app, &visitor.administrator, kit, true, visitor.now).await?;
            Ok("spare")
        }
        Change::UnmarkSpare => {
            acts::mark_spare(app, &visitor.administrator, kit, false, visitor.now).await?;
            Ok("spare")
        }
    }
}
