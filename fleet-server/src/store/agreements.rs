//! Agreements between municipalities and their region. What of them is past is never changed.

use fleet_api::TenantId;
use jiff::civil::Date;

use super::{
    Store, StoreError, audit,
    database::{Connection, Row, query},
    stored,
};
use crate::audit::{Act, AuditEvent};
use crate::domain::agreement::{
    Agreement, AgreementRefusal, Arrangement, check_end, check_new, check_withdrawal, timeline,
};

impl Store {
    /// A municipality's agreements.
    pub async fn agreements(&self, municipality: TenantId) -> Result<Vec<Agreement>, StoreError> {
        let mut connection = self.within(municipality).connect().await?;
        read_all(&mut connection, municipality).await
    }

    /// Makes an agreement, if the rules allow it on that day.
    pub async fn make_agreement(
        &self,
        municipality: TenantId,
        new: &Agreement,
        today: Date,
        act: &Act,
    ) -> Result<Result<(), AgreementRefusal>, StoreError> {
        let mut transaction = self.begin(municipality).await?;
        let existing = read_all(&mut transaction, municipality).await?;
        if let Err(refusal) = check_new(&existing, new, today) {
            return Ok(Err(refusal));
        }
        query(
            "INSERT INTO agreements (tenant_id, from_day, until_day, arrangement, created_at)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(municipality.0)
        .bind(new.from.to_string())
        .bind(new.until.map(|until| until.to_string()))
        .bind(new.arrangement.name())
        .bind(stored(act.at))
        .execute(&mut *transaction)
        .await?;
        let Agreement {
            arrangement,
            from,
            until,
        } = *new;
        let made = AuditEvent::AgreementMade {
            arrangement,
            from,
            until,
        };
        audit::append(&mut transaction, municipality, act, &made).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// Gives the agreement that begins on a day its last day, if the rules allow it today.
    pub async fn end_agreement(
        &self,
        municipality: TenantId,
        (from, until): (Date, Option<Date>),
        today: Date,
        act: &Act,
    ) -> Result<Result<(), AgreementRefusal>, StoreError> {
        let mut transaction = self.begin(municipality).await?;
        // As it is really in force: one that was replaced long ago is over, whatever its own last day.
        let agreement = period_from(&mut transaction, municipality, from).await?;
        if let Err(refusal) = check_end(&agreement, until, today) {
            return Ok(Err(refusal));
        }
        query("UPDATE agreements SET until_day = $3 WHERE tenant_id = $1 AND from_day = $2")
            .bind(municipality.0)
            .bind(from.to_string())
            .bind(until.map(|until| until.to_string()))
            .execute(&mut *transaction)
            .await?;
        let arrangement = agreement.arrangement;
        let ended = AuditEvent::AgreementEnded {
            arrangement,
            from,
            until,
        };
        audit::append(&mut transaction, municipality, act, &ended).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// Withdraws the agreement that begins on a day, if it has not begun.
    pub async fn withdraw_agreement(
        &self,
        municipality: TenantId,
        from: Date,
        today: Date,
        act: &Act,
    ) -> Result<Result<(), AgreementRefusal>, StoreError> {
        let mut transaction = self.begin(municipality).await?;
        let agreement = period_from(&mut transaction, municipality, from).await?;
        if let Err(refusal) = check_withdrawal(&agreement, today) {
            return Ok(Err(refusal));
        }
        query("DELETE FROM agreements WHERE tenant_id = $1 AND from_day = $2")
            .bind(municipality.0)
            .bind(from.to_string())
            .execute(&mut *transaction)
            .await?;
        let arrangement = agreement.arrangement;
        let withdrawn = AuditEvent::AgreementWithdrawn { arrangement, from };
        audit::append(&mut transaction, municipality, act, &withdrawn).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }
}

async fn period_from(
    connection: &mut Connection,
    municipality: TenantId,
    from: Date,
) -> Result<Agreement, StoreError> {
    let all = read_all(connection, municipality).await?;
    let found = timeline(&all).into_iter().find(|period| period.from == from);
    found.ok_or(StoreError::NotFound("agreement"))
}

/// A municipality's agreements, within a transaction.
pub(super) async fn read_all(
    connection: &mut Connection,
    municipality: TenantId,
) -> Result<Vec<Agreement>, StoreError> {
    let rows = query("SELECT * FROM agreements WHERE tenant_id = $1 ORDER BY from_day")
        .bind(municipality.0)
        .fetch_all(connection)
        .await?;
    rows.iter().map(read_agreement).collect()
}

fn read_agreement(row: &Row) -> Result<Agreement, StoreError> {
    let day = |text: &str| {
        text.parse::<Date>()
            .map_err(|_| StoreError::Damaged("agreements.day"))
    };
    let arrangement = Arrangement::named(row.try_get("arrangement")?);
    let until: Option<&str> = row.try_get("until_day")?;
    Ok(Agreement {
        arrangement: arrangement.ok_or(StoreError::Damaged("agreements.arrangement"))?,
        from: day(row.try_get("from_day")?)?,
        until: until.map(day).transpose()?,
    })
}
