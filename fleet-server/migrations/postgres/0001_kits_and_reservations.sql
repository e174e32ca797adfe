-- The same tables as in ../sqlite, in PostgreSQL's words. The tenant's id is in every key, and row-level security compares
-- it with the scope that the server has set for its connection (store::database::scope). Times are milliseconds since
-- 1970 (UTC). Whoever runs this owns the tables; the role that serves gets rights on them and nothing more.

-- Rows of the tenant in fleet.tenant, or all rows for a reason that has a name. Unset = none.
CREATE FUNCTION in_scope(tenant UUID) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
    SELECT tenant = nullif(current_setting('fleet.tenant', true), '')::uuid
        OR nullif(current_setting('fleet.exception', true), '') IS NOT NULL
$$;

-- To be called for every table, in the migration that makes it.
CREATE FUNCTION guard_by_tenant(guarded REGCLASS) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', guarded);
    EXECUTE format('CREATE POLICY by_tenant ON %s USING (in_scope(tenant_id))', guarded);
END
$$;

-- Called after each migration: what the role that serves may do. Entries of the audit trail are read and added only.
CREATE FUNCTION grant_to_server(server TEXT) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', server);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %I', server);
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON _sqlx_migrations FROM %I', server);
    EXECUTE format('REVOKE UPDATE, DELETE ON audit FROM %I', server);
END
$$;

CREATE TABLE tenants (
    tenant_id             UUID    NOT NULL PRIMARY KEY,
    name                  TEXT    NOT NULL UNIQUE,
    created_at            BIGINT  NOT NULL,
    -- Raised whenever one of the settings below changes.
    configuration_version BIGINT  NOT NULL DEFAULT 1,
    -- JSON array of host rules; see domain::link_policy.
    meeting_hosts         TEXT    NOT NULL DEFAULT '[]',
    help_desk_number      TEXT,
    help_desk_hours       TEXT,
    update_target         TEXT
);

CREATE TABLE admin_tokens (
    tenant_id   UUID    NOT NULL REFERENCES tenants (tenant_id),
    token_name  TEXT    NOT NULL UNIQUE,
    secret_hash BYTEA   NOT NULL,
    created_at  BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, token_name)
);

CREATE TABLE kits (
    tenant_id     UUID    NOT NULL REFERENCES tenants (tenant_id),
    kit_id        UUID    NOT NULL,
    name          TEXT    NOT NULL,
    -- The enrolment in force; a certificate of any other is refused. NULL = not enrolled, or revoked.
    device_id     UUID,
    agent_version TEXT,
    last_seen_at  BIGINT,
    created_at    BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, kit_id),
    UNIQUE (tenant_id, name)
);

CREATE TABLE enrolment_codes (
    tenant_id   UUID    NOT NULL,
    code_name   TEXT    NOT NULL UNIQUE,
    kit_id      UUID    NOT NULL,
    secret_hash BYTEA   NOT NULL,
    created_at  BIGINT  NOT NULL,
    expires_at  BIGINT  NOT NULL,
    used_at     BIGINT,
    -- SHA-256 of the public key that used the code: only the same key may ask again.
    used_by_key BYTEA,
    device_id   UUID,
    PRIMARY KEY (tenant_id, code_name),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id)
);

CREATE TABLE reservations (
    tenant_id      UUID    NOT NULL,
    reservation_id UUID    NOT NULL,
    kit_id         UUID    NOT NULL,
    title          TEXT    NOT NULL,
    starts_at      BIGINT  NOT NULL,
    ends_at        BIGINT  NOT NULL,
    -- AES-256-GCM; NULL once it has been erased.
    sealed_link    BYTEA,
    created_at     BIGINT  NOT NULL,
    cancelled_at   BIGINT,
    wiped_at       BIGINT,
    PRIMARY KEY (tenant_id, reservation_id),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id),
    CHECK (starts_at < ends_at)
);

CREATE INDEX reservations_by_kit ON reservations (tenant_id, kit_id, ends_at);
CREATE INDEX reservations_with_link ON reservations (ends_at) WHERE sealed_link IS NOT NULL;

CREATE TABLE events (
    tenant_id   UUID    NOT NULL,
    kit_id      UUID    NOT NULL,
    spool_id    UUID    NOT NULL,
    sequence    BIGINT  NOT NULL,
    happened_at BIGINT  NOT NULL,
    received_at BIGINT  NOT NULL,
    kind        TEXT    NOT NULL,
    body        TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, kit_id, spool_id, sequence),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id)
);

CREATE TABLE commands (
    tenant_id  UUID    NOT NULL,
    kit_id     UUID    NOT NULL,
    command_id UUID    NOT NULL,
    kind       TEXT    NOT NULL,
    created_at BIGINT  NOT NULL,
    done_at    BIGINT,
    PRIMARY KEY (tenant_id, kit_id, command_id),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id)
);

SELECT guard_by_tenant('tenants');
SELECT guard_by_tenant('admin_tokens');
SELECT guard_by_tenant('kits');
SELECT guard_by_tenant('enrolment_codes');
SELECT guard_by_tenant('reservations');
SELECT guard_by_tenant('events');
SELECT guard_by_tenant('commands');
