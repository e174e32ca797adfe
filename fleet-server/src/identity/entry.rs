//! From a login to somebody with a role: a one-time code's gift first, then the provider's rules, else none yet.

use fleet_api::{EnrolmentCode, PersonId};
use jiff::{SignedDuration, Timestamp};

use super::{
    administrator::Administrator,
    openid::{Login, Rule},
    secret,
};
use crate::{
    audit::Actor,
    domain::role::Role,
    store::{NewFirstCode, NewLogin, Store, StoreError, Tenant},
};

/// How long the first operator's code works.
const CODE_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// Lets somebody in, records it, and says as whom.
pub async fn enter(store: &Store, login: &Login, now: Timestamp) -> Result<Administrator, StoreError> {
    let home = store.tenant_named(&login.tenant).await?;
    let (tenant, given) = if store.is_operator(home.id, &login.issuer, &login.subject).await? {
        // The role comes with the record below, unless it is withdrawn just now.
        (home.id, Role::Newcomer)
    } else {
        let family = store.family(home.id).await?;
        let given = login.rule.as_ref().and_then(|rule| place(&family, rule));
        given.map_or((home.id, Role::Newcomer), |tenant| {
            (
                tenant.id,
                login.rule.as_ref().map_or(Role::Newcomer, |rule| rule.role),
            )
        })
    };
    let new = NewLogin {
        issuer: login.issuer.clone(),
        subject: login.subject.clone(),
        name: login.name.clone(),
        role: given,
    };
    let (person, role) = store.note_login(tenant, &new, now).await?;
    Ok(Administrator {
        tenant,
        role,
        actor: Actor::Person(role, person),
    })
}

/// Where a rule's role is held. A provider gives roles in its own tenant and that one's municipalities, nowhere else, and a
/// municipality's provider never one of the region's.
pub(super) fn place<'a>(family: &'a [Tenant], rule: &Rule) -> Option<&'a Tenant> {
    let tenant = match &rule.tenant {
        Some(name) => family.iter().find(|tenant| tenant.name == *name),
        None => family.first(),
    };
    if tenant.is_none() {
        tracing::warn!("a rule in openid.toml names a municipality that its tenant does not have");
    }
    tenant.filter(|tenant| rule.role.fits(tenant.region.is_none()))
}

/// Makes the code by which whoever enters it becomes region operator.
#[must_use]
pub fn new_first_code(now: Timestamp) -> (EnrolmentCode, NewFirstCode) {
    let code = secret::new_code();
    let stored = NewFirstCode {
        name: code.name().to_owned(),
        secret_hash: secret::hash(code.expose_secret_part().as_bytes()),
        expires_at: now + CODE_LIFETIME,
    };
    (code, stored)
}

/// Makes somebody who has logged in region operator, if the code is right. None = it is not.
pub async fn become_operator(
    store: &Store,
    somebody: &Administrator,
    person: PersonId,
    code: &EnrolmentCode,
    now: Timestamp,
) -> Result<Option<Administrator>, StoreError> {
    let given = (code.name(), &secret::hash(code.expose_secret_part().as_bytes()));
    let right = store
        .use_first_code(somebody.tenant, given, person, &somebody.act(now))
        .await?;
    Ok(right.then_some(Administrator {
        tenant: somebody.tenant,
        role: Role::RegionOperator,
        actor: Actor::Person(Role::RegionOperator, person),
    }))
}
