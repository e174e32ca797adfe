-- Regions and their municipalities, agreements over time, who is who, and the audit trail.
-- Days are ISO 8601 dates as text, because an agreement begins on a day in Sweden, not at an instant.

ALTER TABLE tenants ADD COLUMN region_id UUID REFERENCES tenants (tenant_id);

CREATE TABLE agreements (
    tenant_id   UUID    NOT NULL REFERENCES tenants (tenant_id),
    from_day    TEXT    NOT NULL,
    until_day   TEXT,
    arrangement TEXT    NOT NULL CHECK (arrangement IN ('rented', 'owned')),
    created_at  BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, from_day),
    CHECK (until_day IS NULL OR from_day <= until_day)
);

CREATE TABLE care_providers (
    tenant_id   UUID NOT NULL REFERENCES tenants (tenant_id),
    provider_id UUID NOT NULL,
    name        TEXT NOT NULL,
    PRIMARY KEY (tenant_id, provider_id),
    UNIQUE (tenant_id, name)
);

CREATE TABLE units (
    tenant_id   UUID NOT NULL,
    unit_id     UUID NOT NULL,
    provider_id UUID NOT NULL,
    name        TEXT NOT NULL,
    PRIMARY KEY (tenant_id, unit_id),
    UNIQUE (tenant_id, name),
    FOREIGN KEY (tenant_id, provider_id) REFERENCES care_providers (tenant_id, provider_id)
);

CREATE TABLE information_owners (
    tenant_id UUID NOT NULL,
    unit_id   UUID NOT NULL,
    from_day  TEXT NOT NULL,
    name      TEXT NOT NULL,
    position  TEXT NOT NULL,
    PRIMARY KEY (tenant_id, unit_id, from_day),
    FOREIGN KEY (tenant_id, unit_id) REFERENCES units (tenant_id, unit_id)
);

CREATE TABLE care_workers (
    tenant_id  UUID    NOT NULL,
    worker_id  UUID    NOT NULL,
    unit_id    UUID    NOT NULL,
    pseudonym  TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    created_at BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, worker_id),
    UNIQUE (tenant_id, pseudonym),
    FOREIGN KEY (tenant_id, unit_id) REFERENCES units (tenant_id, unit_id)
);

CREATE TABLE audit (
    tenant_id     UUID    NOT NULL REFERENCES tenants (tenant_id),
    sequence      BIGINT  NOT NULL,
    at            BIGINT  NOT NULL,
    actor         TEXT    NOT NULL,
    on_behalf_of  UUID,
    event         TEXT    NOT NULL,
    previous_hash BYTEA   NOT NULL,
    hash          BYTEA   NOT NULL,
    PRIMARY KEY (tenant_id, sequence)
);

CREATE FUNCTION refuse_change() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is only ever added to';
END
$$;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A region sees its municipalities' names.
DROP POLICY by_tenant ON tenants;
CREATE POLICY by_tenant ON tenants USING (in_scope(tenant_id) OR in_scope(region_id));

SELECT guard_by_tenant('agreements');
SELECT guard_by_tenant('care_providers');
SELECT guard_by_tenant('units');
SELECT guard_by_tenant('information_owners');
SELECT guard_by_tenant('care_workers');
SELECT guard_by_tenant('audit');
