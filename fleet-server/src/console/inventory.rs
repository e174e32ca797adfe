//! The register of kits and parts as rows of a table, in the columns of `domain::inventory_file`.

use std::collections::HashMap;

use fleet_api::{KitId, TenantId};
use jiff::Timestamp;

use crate::{
    app::App,
    audit::AuditEvent,
    domain::{
        inventory_file::{COLUMNS, cells},
        ownership::Owner,
        row_owner::RowOwner,
    },
    identity::administrator::Administrator,
    store::{Kit, RegisteredPart, StoreError, Tenant},
};

/// Most kits of one register.
const MOST_KITS: u32 = 5_000;

/// A municipality's kits and parts. That they were exported is recorded.
pub(super) async fn rows(
    app: &App,
    administrator: &Administrator,
    tenant: &Tenant,
    now: Timestamp,
) -> Result<Vec<[String; COLUMNS.len()]>, StoreError> {
    rows_where(app, administrator, tenant, |_| true, now).await
}

/// The rows of some of its kits.
pub(super) async fn rows_of(
    app: &App,
    administrator: &Administrator,
    tenant: &Tenant,
    chosen: &[KitId],
    now: Timestamp,
) -> Result<Vec<[String; COLUMNS.len()]>, StoreError> {
    rows_where(app, administrator, tenant, |kit| chosen.contains(&kit), now).await
}

async fn rows_where(
    app: &App,
    administrator: &Administrator,
    tenant: &Tenant,
    wanted: impl Fn(KitId) -> bool,
    now: Timestamp,
) -> Result<Vec<[String; COLUMNS.len()]>, StoreError> {
    let mut parts: HashMap<Option<KitId>, Vec<RegisteredPart>> = HashMap::new();
    for part in app.store.parts(tenant.id).await? {
        parts.entry(part.kit).or_default().push(part);
    }
    let kits = app.store.kits(tenant.id, MOST_KITS).await?.into_iter();
    let elsewhere = app.store.owners_elsewhere(tenant.id).await?;
    let rows: Vec<_> = kits
        .filter(|kit| wanted(kit.id))
        .flat_map(|kit| {
            let owner = owner_cell(kit.owner, tenant.id, &elsewhere);
            of_kit(&kit, &owner, &parts.remove(&Some(kit.id)).unwrap_or_default())
        })
        .collect();
    let exported = AuditEvent::InventoryExported {
        rows: u64::try_from(rows.len()).unwrap_or(u64::MAX),
    };
    app.store
        .record(tenant.id, &administrator.act(now), &exported)
        .await?;
    Ok(rows)
}

fn owner_cell(owner: Owner, here: TenantId, elsewhere: &HashMap<TenantId, String>) -> RowOwner {
    match owner {
        Owner::Region => RowOwner::Region,
        Owner::Municipality(municipality) => {
            let name = elsewhere.get(&municipality).filter(|_| municipality != here);
            name.map_or(RowOwner::Here, |name| RowOwner::Elsewhere(name.clone()))
        }
    }
}

/// A row per part; one for a kit that has none.
fn of_kit(kit: &Kit, owner: &RowOwner, parts: &[RegisteredPart]) -> Vec<[String; COLUMNS.len()]> {
    let row = |part| cells(&kit.name, owner, part);
    if parts.is_empty() {
        return vec![row(None)];
    }
    parts
        .iter()
        .map(|registered| row(Some(&registered.part)))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        console::csv_file,
        domain::{
            inventory_file::{Row, read},
            part::{Condition, LARGEST_SCREEN, Part, PartKind, SMALLEST_SCREEN, Subscription},
            responsibility::Responsible,
        },
    };

    /// With everything that a spreadsheet, or our own quoting, could stumble over.
    const TEXT: &str = "['=+@0-9A-Za-zåäö;,\"./:-]{1,20}( [0-9eE'\"]{1,3})?";

    fn owner() -> impl Strategy<Value = Responsible> {
        prop::sample::select(vec![Responsible::Region, Responsible::Municipality])
    }

    fn kit() -> impl Strategy<Value = String> {
        TEXT.prop_filter("no kit is called a personal number", |name| {
            !fleet_api::personal_number::is_in(name)
        })
    }

    fn row_owner() -> impl Strategy<Value = RowOwner> {
        let elsewhere = TEXT.prop_map(RowOwner::Elsewhere);
        prop_oneof![Just(RowOwner::Region), Just(RowOwner::Here), elsewhere]
    }

    fn part() -> impl Strategy<Value = Part> {
        let day = (2000_i16..=2200, 1_i8..=12, 1_i8..=28).prop_map(|(y, m, d)| jiff::civil::date(y, m, d));
        (
            prop::sample::select(PartKind::ALL),
            TEXT,
            prop::sample::select(Condition::ALL),
            prop::option::of(day),
            SMALLEST_SCREEN..=LARGEST_SCREEN,
            ("89[0-9]{18}", TEXT, owner()),
        )
            .prop_map(
                |(kind, serial, condition, warranty_until, screen, (iccid, operator, owner))| Part {
                    kind,
                    serial,
                    condition,
                    warranty_until,
                    screen: (kind == PartKind::Tablet).then_some(screen),
                    subscription: (kind == PartKind::Sim).then_some(Subscription {
                        iccid,
                        operator,
                        owner,
                    }),
                },
            )
    }

    proptest! {
        #[test]
        fn what_goes_out_comes_in_as_it_was_whichever_way(
            rows in prop::collection::hash_map(kit(), (row_owner(), prop::option::of(part())), 0..8),
        ) {
            let rows: Vec<_> = rows
                .into_iter()
                .enumerate()
                .map(|(at, (kit, (owner, mut part)))| {
                    // A serial number is there once.
                    if let Some(part) = &mut part {
                        part.serial = format!("{}x{at}", part.serial);
                    }
                    Row { number: at + 2, kit: kit.parse().unwrap(), owner, part }
                })
                .collect();
            let of_row = |row: &Row| cells(&row.kit, &row.owner, row.part.as_ref());
            let csv = String::from_utf8(csv_file::write(COLUMNS, rows.iter().map(of_row))).unwrap();
            prop_assert_eq!(read(&csv).unwrap(), rows.clone());
            let mut copied = csv::WriterBuilder::new().delimiter(b'\t').from_writer(Vec::new());
            copied.write_record(COLUMNS).unwrap();
            for row in &rows {
                copied.write_record(of_row(row)).unwrap();
            }
            let copied = String::from_utf8(copied.into_inner().unwrap()).unwrap();
            prop_assert_eq!(read(&copied).unwrap(), rows);
        }
    }
}
