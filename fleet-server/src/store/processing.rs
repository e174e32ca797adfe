//! The register of agreements on processing personal data.

use fleet_api::TenantId;
use jiff::civil::Date;

use super::{
    Store, StoreError, audit,
    database::{Row, query},
    stored,
};
use crate::{
    audit::{Act, AuditEvent},
    domain::processing::{ProcessingAgreement, ProcessingKind},
};

impl Store {
    /// A municipality's agreements on processing, the newest first.
    pub async fn processing_agreements(
        &self,
        municipality: TenantId,
    ) -> Result<Vec<ProcessingAgreement>, StoreError> {
        let rows = query(
            "SELECT * FROM processing_agreements WHERE tenant_id = $1 ORDER BY from_day DESC, reference",
        )
        .bind(municipality.0)
        .fetch_all(self.within(municipality))
        .await?;
        rows.iter().map(read).collect()
    }

    /// Notes an agreement on processing. Noting the same reference again corrects it.
    pub async fn note_processing_agreement(
        &self,
        municipality: TenantId,
        new: &ProcessingAgreement,
        act: &Act,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(municipality).await?;
        query(
            "INSERT INTO processing_agreements (tenant_id, reference, kind, from_day, until_day, noted_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (tenant_id, reference) DO UPDATE
             SET kind = excluded.kind, from_day = excluded.from_day, until_day = excluded.until_day,
                 noted_at = excluded.noted_at",
        )
        .bind(municipality.0)
        .bind(&new.reference)
        .bind(new.kind.name())
        .bind(new.from.to_string())
        .bind(new.until.map(|until| until.to_string()))
        .bind(stored(act.at))
        .execute(&mut *transaction)
        .await?;
        let ProcessingAgreement {
            reference,
            kind,
            from,
            until,
        } = new.clone();
        let noted = AuditEvent::ProcessingAgreementNoted {
            reference,
            agreement_kind: kind,
            from,
            until,
        };
        audit::append(&mut transaction, municipality, act, &noted).await?;
        Ok(transaction.commit().await?)
    }
}

fn read(row: &Row) -> Result<ProcessingAgreement, StoreError> {
    let day = |text: &str| {
        text.parse::<Date>()
            .map_err(|_| StoreError::Damaged("processing_agreements.day"))
    };
    let kind = ProcessingKind::named(row.try_get("kind")?);
    let until: Option<&str> = row.try_get("until_day")?;
    Ok(ProcessingAgreement {
        reference: row.try_get("reference")?,
        kind: kind.ok_or(StoreError::Damaged("processing_agreements.kind"))?,
        from: day(row.try_get("from_day")?)?,
        until: until.map(day).transpose()?,
    })
}
