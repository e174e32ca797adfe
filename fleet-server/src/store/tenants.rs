//! Tenants and their settings.

use fleet_api::{AgentVersion, ConfigurationVersion, HelpDesk, OpeningHours, TenantId};

use super::{
    Store, StoreError, audit,
    database::{Connection, Exception, Row, query},
    stored,
};
use crate::audit::{Act, AuditEvent};
use crate::domain::{identity::settings::IdentitySettings, link_policy::HostRule};

/// A region or a municipality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// The region that a municipality belongs to; none = it is a region itself.
    pub region: Option<TenantId>,
    /// What it is called in the console.
    pub name: String,
    /// What its kits follow.
    pub settings: Settings,
    /// What it decides about identification.
    pub identity: IdentitySettings,
    /// Raised whenever the settings change.
    pub configuration_version: ConfigurationVersion,
}

/// What a tenant decides for its kits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Where its meetings may be held.
    pub meeting_hosts: Vec<HostRule>,
    /// Whom its kits call for help.
    pub help_desk: Option<HelpDesk>,
    /// The agent's version that its kits should run.
    pub update_target: Option<AgentVersion>,
}

/// A tenant to be added.
#[derive(Debug, Clone)]
pub struct NewTenant {
    /// What it is called in the console.
    pub name: String,
    /// What its kits follow.
    pub settings: Settings,
}

impl Store {
    /// Adds a region. Names are unique.
    pub async fn add_tenant(&self, new: &NewTenant, act: impl Into<Act>) -> Result<TenantId, StoreError> {
        self.insert_tenant(None, new, &act.into()).await
    }

    /// Adds a municipality to a region. Names are unique.
    pub async fn add_municipality(
        &self,
        region: TenantId,
        new: &NewTenant,
        act: &Act,
    ) -> Result<TenantId, StoreError> {
        self.insert_tenant(Some(region), new, act).await
    }

    async fn insert_tenant(
        &self,
        region: Option<TenantId>,
        new: &NewTenant,
        act: &Act,
    ) -> Result<TenantId, StoreError> {
        let id = TenantId::generate();
        let mut transaction = self.begin(id).await?;
        query("INSERT INTO tenants (tenant_id, region_id, name, created_at) VALUES ($1, $2, $3, $4)")
            .bind(id.0)
            .bind(region.map(|region| region.0))
            .bind(&new.name)
            .bind(stored(act.at))
            .execute(&mut *transaction)
            .await
            .map_err(|error| StoreError::on_clash(error, StoreError::NameTaken))?;
        let added = AuditEvent::TenantAdded {
            name: new.name.clone(),
        };
        audit::append(&mut transaction, id, act, &added).await?;
        write_settings(&mut transaction, id, &new.settings, act).await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Changes a tenant's settings; what `change` leaves alone stays, whoever changes it meanwhile. Kits learn of it at their
    /// next sync.
    pub async fn change_settings(
        &self,
        tenant: TenantId,
        change: impl FnOnce(&mut Settings),
        act: impl Into<Act>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(tenant).await?;
        let row = query("SELECT * FROM tenants WHERE tenant_id = $1")
            .bind(tenant.0)
            .fetch_optional(&mut *transaction)
            .await?
            .ok_or(StoreError::NotFound("tenant"))?;
        let mut settings = read_tenant(&row)?.settings;
        change(&mut settings);
        write_settings(&mut transaction, tenant, &settings, &act.into()).await?;
        Ok(transaction.commit().await?)
    }

    /// A tenant and, if it is a region, its municipalities by name. Whom somebody reaches depends on their role too: ask
    /// `Administrator::reach`.
    pub async fn family(&self, tenant: TenantId) -> Result<Vec<Tenant>, StoreError> {
        let rows = query(
            "SELECT * FROM tenants WHERE tenant_id = $1 OR region_id = $1 ORDER BY region_id IS NOT NULL, name",
        )
        .bind(tenant.0)
        .fetch_all(self.within(tenant))
        .await?;
        rows.iter().map(read_tenant).collect()
    }

    /// One tenant.
    pub async fn tenant(&self, tenant: TenantId) -> Result<Tenant, StoreError> {
        let row = query("SELECT * FROM tenants WHERE tenant_id = $1")
            .bind(tenant.0)
            .fetch_optional(self.within(tenant))
            .await?
            .ok_or(StoreError::NotFound("tenant"))?;
        read_tenant(&row)
    }

    /// All tenants by name, for the operator's command line and the server's rounds.
    pub async fn tenants(&self) -> Result<Vec<Tenant>, StoreError> {
        let rows = query("SELECT * FROM tenants ORDER BY name")
            .fetch_all(self.within(Exception::Operator))
            .await?;
        rows.iter().map(read_tenant).collect()
    }

    /// The tenant of that name, for the operator's command line and settings.
    pub async fn tenant_named(&self, name: &str) -> Result<Tenant, StoreError> {
        let row = query("SELECT * FROM tenants WHERE name = $1")
            .bind(name)
            .fetch_optional(self.within(Exception::Operator))
            .await?
            .ok_or(StoreError::NotFound("tenant"))?;
        read_tenant(&row)
    }
}

async fn write_settings(
    connection: &mut Connection,
    tenant: TenantId,
    settings: &Settings,
    act: &Act,
) -> Result<(), StoreError> {
    let help_desk = settings.help_desk.as_ref();
    let hosts = serde_json::to_string(&settings.meeting_hosts).expect("host rules are plain strings");
    let changed = query(
        "UPDATE tenants SET configuration_version = configuration_version + 1, meeting_hosts = $2,
                 help_desk_number = $3, help_desk_hours = $4, update_target = $5
             WHERE tenant_id = $1",
    )
    .bind(tenant.0)
    .bind(hosts)
    .bind(help_desk.map(|desk| desk.number.as_str()))
    .bind(
        help_desk
            .and_then(|desk| desk.hours.as_ref())
            .map(OpeningHours::as_str),
    )
    .bind(settings.update_target.as_ref().map(AgentVersion::as_str))
    .execute(&mut *connection)
    .await?;
    if changed.rows_affected() != 1 {
        return Err(StoreError::NotFound("tenant"));
    }
    let changed = AuditEvent::SettingsChanged {
        meeting_hosts: settings.meeting_hosts.iter().map(ToString::to_string).collect(),
        help_desk: help_desk.cloned(),
        update_target: settings.update_target.clone(),
    };
    audit::append(connection, tenant, act, &changed).await
}

fn read_tenant(row: &Row) -> Result<Tenant, StoreError> {
    let hosts: &str = row.try_get("meeting_hosts")?;
    let meeting_hosts =
        serde_json::from_str(hosts).map_err(|_| StoreError::Damaged("tenants.meeting_hosts"))?;
    let number: Option<String> = row.try_get("help_desk_number")?;
    let hours: Option<String> = row.try_get("help_desk_hours")?;
    let damaged = |_| StoreError::Damaged("tenants.help_desk");
    let help_desk = match number {
        None => None,
        Some(number) => Some(HelpDesk {
            number: number.try_into().map_err(damaged)?,
            hours: hours.map(TryInto::try_into).transpose().map_err(damaged)?,
        }),
    };
    let update_target: Option<String> = row.try_get("update_target")?;
    let update_target = update_target
        .map(TryInto::try_into)
        .transpose()
        .map_err(|_| StoreError::Damaged("tenants.update_target"))?;
    let identity = serde_json::from_str(row.try_get("identity")?)
        .map_err(|_| StoreError::Damaged("tenants.identity"))?;
    Ok(Tenant {
        id: TenantId(row.try_get("tenant_id")?),
        region: row.try_get::<Option<uuid::Uuid>, _>("region_id")?.map(TenantId),
        name: row.try_get("name")?,
        settings: Settings {
            meeting_hosts,
            help_desk,
            update_target,
        },
        identity,
        configuration_version: ConfigurationVersion(row.try_get("configuration_version")?),
    })
}
