-- Regions and their municipalities, agreements over time, who is who, and the audit trail.
-- Days are ISO 8601 dates as text, because an agreement begins on a day in Sweden, not at an instant.

ALTER TABLE tenants ADD COLUMN region_id BLOB REFERENCES tenants (tenant_id);

CREATE TABLE agreements (
    tenant_id   BLOB    NOT NULL REFERENCES tenants (tenant_id),
    from_day    TEXT    NOT NULL,
    until_day   TEXT,
    arrangement TEXT    NOT NULL CHECK (arrangement IN ('rented', 'owned')),
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, from_day),
    CHECK (until_day IS NULL OR from_day <= until_day)
) STRICT, WITHOUT ROWID;

CREATE TABLE care_providers (
    tenant_id   BLOB NOT NULL REFERENCES tenants (tenant_id),
    provider_id BLOB NOT NULL,
    name        TEXT NOT NULL,
    PRIMARY KEY (tenant_id, provider_id),
    UNIQUE (tenant_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE units (
    tenant_id   BLOB NOT NULL,
    unit_id     BLOB NOT NULL,
    provider_id BLOB NOT NULL,
    name        TEXT NOT NULL,
    PRIMARY KEY (tenant_id, unit_id),
    UNIQUE (tenant_id, name),
    FOREIGN KEY (tenant_id, provider_id) REFERENCES care_providers (tenant_id, provider_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE information_owners (
    tenant_id BLOB NOT NULL,
    unit_id   BLOB NOT NULL,
    from_day  TEXT NOT NULL,
    name      TEXT NOT NULL,
    position  TEXT NOT NULL,
    PRIMARY KEY (tenant_id, unit_id, from_day),
    FOREIGN KEY (tenant_id, unit_id) REFERENCES units (tenant_id, unit_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE care_workers (
    tenant_id  BLOB    NOT NULL,
    worker_id  BLOB    NOT NULL,
    unit_id    BLOB    NOT NULL,
    pseudonym  TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, worker_id),
    UNIQUE (tenant_id, pseudonym),
    FOREIGN KEY (tenant_id, unit_id) REFERENCES units (tenant_id, unit_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    tenant_id     BLOB    NOT NULL REFERENCES tenants (tenant_id),
    sequence      INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    actor         TEXT    NOT NULL,
    on_behalf_of  BLOB,
    event         TEXT    NOT NULL,
    previous_hash BLOB    NOT NULL,
    hash          BLOB    NOT NULL,
    PRIMARY KEY (tenant_id, sequence)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is only ever added to'); END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is only ever added to'); END;
