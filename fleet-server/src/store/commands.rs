//! Commands that wait for a kit.

use fleet_api::{Command, CommandId, CommandKind, limits::COMMANDS_PER_KIT};

use super::{KitKey, Store, StoreError, audit, database::query, kits, stored};
use crate::audit::{Act, AuditEvent};

impl Store {
    /// Adds a command. It waits until the kit reports it done.
    pub async fn add_command(
        &self,
        key: KitKey,
        kind: CommandKind,
        act: &Act,
    ) -> Result<CommandId, StoreError> {
        let id = CommandId::generate();
        let mut transaction = self.begin(key.tenant).await?;
        kits::life_here(&mut transaction, key).await?;
        let inserted = query(
            "INSERT INTO commands (tenant_id, kit_id, command_id, kind, created_at)
             SELECT $1, $2, $3, $4, $5
             WHERE (SELECT count(*) FROM commands
                    WHERE tenant_id = $1 AND kit_id = $2 AND done_at IS NULL) < $6",
        )
        .bind(key.tenant.0)
        .bind(key.kit.0)
        .bind(id.0)
        .bind(name(kind))
        .bind(stored(act.at))
        .bind(i64::try_from(COMMANDS_PER_KIT).expect("the limit is small"))
        .execute(&mut *transaction)
        .await?;
        if inserted.rows_affected() != 1 {
            return Err(StoreError::TooMany("commands"));
        }
        let given = AuditEvent::CommandGiven {
            kit: key.kit,
            command: name(kind).to_owned(),
        };
        audit::append(&mut transaction, key.tenant, act, &given).await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// The commands that wait for a kit, oldest first.
    pub async fn waiting_commands(&self, key: KitKey) -> Result<Vec<Command>, StoreError> {
        let rows = query(
            "SELECT command_id, kind FROM commands
             WHERE tenant_id = $1 AND kit_id = $2 AND done_at IS NULL ORDER BY command_id",
        )
        .bind(key.tenant.0)
        .bind(key.kit.0)
        .fetch_all(self.within(key.tenant))
        .await?;
        rows.iter()
            .map(|row| {
                let kind = read_kind(row.try_get("kind")?).ok_or(StoreError::Damaged("commands.kind"))?;
                Ok(Command {
                    id: CommandId(row.try_get("command_id")?),
                    kind,
                })
            })
            .collect()
    }
}

fn name(kind: CommandKind) -> &'static str {
    match kind {
        CommandKind::RunSelfTest => "run_self_test",
        CommandKind::RestartAgent => "restart_agent",
    }
}

fn read_kind(text: &str) -> Option<CommandKind> {
    [CommandKind::RunSelfTest, CommandKind::RestartAgent]
        .into_iter()
        .find(|kind| name(*kind) == text)
}
