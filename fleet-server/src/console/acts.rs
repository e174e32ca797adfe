//! What people can do, whichever way they ask for it: each act checks the rules, tells the store, and nudges the kit.
//! REST handlers and pages call these, so that neither knows a rule that the other does not.

use jiff::Timestamp;

use super::clock;
use crate::{
    app::App, domain::agreement::Agreement, identity::administrator::Administrator, store::Tenant,
    web::Problem,
};

/// Makes an agreement for a municipality. Only its region may: it is the other party.
pub(super) async fn make_agreement(
    app: &App,
    administrator: &Administrator,
    municipality: &Tenant,
    agreement: &Agreement,
    now: Timestamp,
) -> Result<(), Problem> {
    if municipality.region != Some(administrator.tenant) {
        return Err(Problem::not_found("there is no such municipality in your region"));
    }
    let made = app
        .store
        .make_agreement(
            municipality.id,
            agreement,
            clock::day(now),
            &administrator.act(now),
        )
        .await?;
    made.map_err(|refusal| Problem::refused("agreement", &refusal))
}
