//! Taking in a whole register of kits and parts: all rows or none. What is registered already is brought to what its row says,
//! but for its owner: that is changed by [`Store::change_owner`], not by the way.

use std::collections::HashMap;

use fleet_api::{KitId, TenantId};

use super::{
    KitKey, Store, StoreError,
    database::{Connection, query},
    kits::{self, NewKit},
    parts::{bring_to, insert, read_part},
};
use crate::audit::Act;
use crate::domain::{
    inventory_file::{Row, RowError},
    life_cycle::LifeState,
    ownership::Owner,
    part::Part,
    row_owner::RowOwner,
};

impl Store {
    /// Takes in a register: all rows or none. What is registered already is brought to what its row says. Returns how many
    /// rows changed something, or those that clash with what is registered.
    pub async fn import(
        &self,
        tenant: TenantId,
        rows: &[Row],
        act: &Act,
    ) -> Result<Result<usize, Vec<RowError>>, StoreError> {
        let elsewhere = self.owners_elsewhere(tenant).await?;
        let mut transaction = self.begin(tenant).await?;
        let (mut changed, mut clashes) = (0, Vec::new());
        for row in rows {
            match take_in(&mut transaction, (tenant, &elsewhere), row, act).await? {
                Ok(is_changed) => changed += usize::from(is_changed),
                Err((column, code)) => clashes.push(RowError {
                    row: row.number,
                    column: Some(column),
                    code,
                }),
            }
        }
        if clashes.is_empty() {
            transaction.commit().await?;
            Ok(Ok(changed))
        } else {
            Ok(Err(clashes))
        }
    }
}

/// Takes in a row; whether it changed anything, or which column clashes and how.
async fn take_in(
    connection: &mut Connection,
    (tenant, elsewhere): (TenantId, &HashMap<TenantId, String>),
    row: &Row,
    act: &Act,
) -> Result<Result<bool, (&'static str, &'static str)>, StoreError> {
    let known = kits::named(connection, tenant, &row.kit).await?;
    let owner = owner_of(row, tenant, elsewhere);
    let kit = match known {
        Some((_, known)) if Some(known) != owner => return Ok(Err(("owner", "row_owner_differs"))),
        Some((kit, _)) => kit,
        None => {
            // That a kit is another's is the region's word (`Store::change_owner`).
            let (Some(owner), RowOwner::Region | RowOwner::Here) = (owner, &row.owner) else {
                return Ok(Err(("owner", "row_owner_elsewhere")));
            };
            let kit = KitId::generate();
            let new = NewKit {
                name: row.kit.clone(),
                owner,
                life: LifeState::Ordered,
            };
            kits::insert(connection, KitKey { tenant, kit }, &new, act).await?;
            kit
        }
    };
    let Some(part) = &row.part else {
        return Ok(Ok(known.is_none()));
    };
    match register(connection, KitKey { tenant, kit }, part, act).await {
        Ok(is_changed) => Ok(Ok(is_changed || known.is_none())),
        Err(StoreError::PartTaken) => Ok(Err(("serial", "row_serial_taken"))),
        Err(StoreError::IccidTaken) => Ok(Err(("iccid", "row_iccid_taken"))),
        Err(error) => Err(error),
    }
}

/// Who a row says the owner is; none where no kit here is of a municipality of that name.
fn owner_of(row: &Row, here: TenantId, elsewhere: &HashMap<TenantId, String>) -> Option<Owner> {
    match &row.owner {
        RowOwner::Region => Some(Owner::Region),
        RowOwner::Here => Some(Owner::Municipality(here)),
        RowOwner::Elsewhere(name) => {
            let found = elsewhere.iter().find(|(_, known)| *known == name);
            found.map(|(tenant, _)| Owner::Municipality(*tenant))
        }
    }
}

/// Adds a part, or brings the kit's own of that kind and serial number to what it should be; whether that changed anything.
async fn register(
    connection: &mut Connection,
    key: KitKey,
    part: &Part,
    act: &Act,
) -> Result<bool, StoreError> {
    let known = query("SELECT * FROM parts WHERE tenant_id = $1 AND kind = $2 AND serial = $3")
        .bind(key.tenant.0)
        .bind(part.kind.name())
        .bind(&part.serial)
        .fetch_optional(&mut *connection)
        .await?;
    let Some(known) = known.as_ref().map(read_part).transpose()? else {
        insert(connection, key, part, act).await?;
        return Ok(true);
    };
    if known.kit != Some(key.kit) {
        return Err(StoreError::PartTaken);
    }
    bring_to(connection, key.tenant, &known, part, act).await
}
