//! Who sees to a ticket. Whether somebody may is decided by whoever asks (`console::acts`).

use fleet_api::{PersonId, TenantId, TicketId};

use super::{Store, StoreError, audit, database::query, tickets::state_of};
use crate::{
    audit::{Act, AuditEvent},
    domain::ticket::{TicketRefusal, TicketState},
};

impl Store {
    /// Gives an open ticket to somebody, or takes it back from whoever has it.
    pub async fn assign_ticket(
        &self,
        tenant: TenantId,
        ticket: TicketId,
        assignee: Option<PersonId>,
        act: &Act,
    ) -> Result<Result<(), TicketRefusal>, StoreError> {
        let mut transaction = self.begin(tenant).await?;
        let (state, _) = state_of(&mut transaction, tenant, ticket).await?;
        if state == TicketState::Closed {
            return Ok(Err(TicketRefusal::IsClosed));
        }
        query("UPDATE tickets SET assignee_id = $3 WHERE tenant_id = $1 AND ticket_id = $2")
            .bind(tenant.0)
            .bind(ticket.0)
            .bind(assignee.map(|person| person.0))
            .execute(&mut *transaction)
            .await?;
        let event = AuditEvent::TicketAssigned { ticket, assignee };
        audit::append(&mut transaction, tenant, act, &event).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }
}
