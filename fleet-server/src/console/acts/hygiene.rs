//! Adopting checklists and signing off.

use std::collections::BTreeSet;

use fleet_api::CareWorkerId;
use jiff::{Timestamp, ToSpan};

use super::visits::known_worker;
use crate::{
    app::App,
    console::clock,
    domain::hygiene::{Checklist, CleanedPart, HygieneRefusal, Instruction, Phase, check_signature},
    identity::administrator::Administrator,
    store::{KitKey, Tenant},
    web::Problem,
};

/// Longest instruction in bytes.
const TEXT_BYTES: usize = 300;

/// Adopts a checklist, in force from today and to be looked at again within a year (R8). Every part needs a sentence.
pub(in crate::console) async fn adopt_checklist(
    app: &App,
    administrator: &Administrator,
    tenant: &Tenant,
    instructions: Vec<Instruction>,
    now: Timestamp,
) -> Result<u32, Problem> {
    let covers = |part: &CleanedPart| instructions.iter().any(|instruction| instruction.part == *part);
    if !CleanedPart::ALL.iter().all(covers) {
        return Err(Problem::refused("checklist", &HygieneRefusal::PartsMissing));
    }
    let fits = |instruction: &Instruction| {
        !instruction.text.trim().is_empty()
            && instruction.text.len() <= TEXT_BYTES
            && !instruction.text.contains(char::is_control)
    };
    if !instructions.iter().all(fits) {
        return Err(Problem::invalid(
            "checklist",
            "each part needs a sentence of at most 300 bytes",
        ));
    }
    let adopted_on = clock::day(now);
    let new = Checklist {
        version: 0,
        adopted_on,
        review_on: adopted_on.saturating_add(1.year()),
        instructions,
    };
    Ok(app
        .store
        .adopt_checklist(tenant.id, new, &administrator.act(now))
        .await?)
}

/// Signs for a kit, in a care worker's name, by the checklist in force.
pub(in crate::console) async fn sign_off(
    app: &App,
    administrator: &Administrator,
    key: KitKey,
    worker: CareWorkerId,
    (phase, parts): (Phase, &BTreeSet<CleanedPart>),
    now: Timestamp,
) -> Result<(), Problem> {
    known_worker(app, key.tenant, worker).await?;
    let checklist = app.store.checklist(key.tenant).await?;
    let version = check_signature(checklist.as_ref(), parts)
        .map_err(|refusal| Problem::refused("hygiene", &refusal))?;
    let act = administrator.act(now);
    app.store.sign_off(key, worker, phase, version, &act).await?;
    Ok(())
}
