//! Adopting checklists and signing off.

use std::collections::BTreeSet;

use fleet_api::CareWorkerId;
use jiff::{Timestamp, civil::Date};

use super::{identification::tell_kits, visits::known_worker};
use crate::{
    app::App,
    console::clock,
    domain::{
        hygiene::{
            Checklist, CleanedPart, HygieneRefusal, Instruction, Phase, check_checklist, check_signature,
        },
        refusal::Refusal,
    },
    identity::administrator::Administrator,
    store::{KitKey, Tenant},
    web::Problem,
};

/// Adopts a checklist, in force from today until the next. The municipality's kits show it within seconds.
pub(in crate::console) async fn adopt_checklist(
    app: &App,
    administrator: &Administrator,
    tenant: &Tenant,
    (instructions, review_on): (Vec<Instruction>, Date),
    now: Timestamp,
) -> Result<Checklist, Problem> {
    let adopted_on = clock::day(now);
    check_checklist(&instructions, (adopted_on, review_on))
        .map_err(|refusal| Problem::refused("checklist", &refusal))?;
    let new = Checklist {
        version: 0,
        adopted_on,
        adopted_by: None,
        review_on,
        instructions,
    };
    let act = administrator.act(now);
    let adopted = app.store.adopt_checklist(tenant.id, new, &act).await?;
    tell_kits(app, tenant.id).await?;
    Ok(adopted)
}

/// What somebody signs for.
pub(in crate::console) struct Signed<'a> {
    pub(in crate::console) phase: Phase,
    /// The checklist that they cleaned by.
    pub(in crate::console) version: u32,
    pub(in crate::console) parts: &'a BTreeSet<CleanedPart>,
}

/// Signs for a kit, in a care worker's name, by the checklist in force.
pub(in crate::console) async fn sign_off(
    app: &App,
    administrator: &Administrator,
    key: KitKey,
    worker: CareWorkerId,
    signed: Signed<'_>,
    now: Timestamp,
) -> Result<(), Problem> {
    known_worker(app, key.tenant, worker).await?;
    let checklist = app.store.checklist(key.tenant).await?;
    check_signature(checklist.as_ref(), signed.version, signed.parts).map_err(refused)?;
    let act = administrator.act(now);
    app.store
        .sign_off(key, worker, signed.phase, signed.version, &act)
        .await?;
    Ok(())
}

/// Another version is a clash with what was adopted meanwhile; the rest are mistakes in what was sent.
fn refused(refusal: HygieneRefusal) -> Problem {
    match refusal {
        HygieneRefusal::OtherVersion => Problem::conflict(refusal.code(), refusal),
        _ => Problem::refused("hygiene", &refusal),
    }
}
