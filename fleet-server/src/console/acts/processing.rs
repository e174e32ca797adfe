//! Noting agreements on processing personal data.

use fleet_api::TenantId;
use jiff::Timestamp;

use crate::{
    app::App,
    domain::processing::{ProcessingAgreement, check},
    identity::administrator::Administrator,
    web::Problem,
};

/// Notes an agreement, or corrects what was noted under its reference.
pub(in crate::console) async fn note_processing(
    app: &App,
    administrator: &Administrator,
    municipality: TenantId,
    new: ProcessingAgreement,
    now: Timestamp,
) -> Result<ProcessingAgreement, Problem> {
    check(&new).map_err(|refusal| Problem::refused("processing", &refusal))?;
    let new = ProcessingAgreement {
        reference: new.reference.trim().to_owned(),
        ..new
    };
    app.store
        .note_processing_agreement(municipality, &new, &administrator.act(now))
        .await?;
    Ok(new)
}
