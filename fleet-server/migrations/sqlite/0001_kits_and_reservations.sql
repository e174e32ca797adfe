-- The tenant's id is in every key, so that a row can never be reached without naming whose it is and the tables can be
-- split by municipality later. Ids are 16-byte UUIDs, times are milliseconds since 1970 (UTC).

CREATE TABLE tenants (
    tenant_id             BLOB    NOT NULL PRIMARY KEY,
    name                  TEXT    NOT NULL UNIQUE,
    created_at            INTEGER NOT NULL,
    -- Raised whenever one of the settings below changes.
    configuration_version INTEGER NOT NULL DEFAULT 1,
    -- JSON array of host rules; see domain::link_policy.
    meeting_hosts         TEXT    NOT NULL DEFAULT '[]',
    help_desk_number      TEXT,
    help_desk_hours       TEXT,
    update_target         TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE admin_tokens (
    tenant_id   BLOB    NOT NULL REFERENCES tenants (tenant_id),
    token_name  TEXT    NOT NULL UNIQUE,
    secret_hash BLOB    NOT NULL,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, token_name)
) STRICT, WITHOUT ROWID;

CREATE TABLE kits (
    tenant_id     BLOB    NOT NULL REFERENCES tenants (tenant_id),
    kit_id        BLOB    NOT NULL,
    name          TEXT    NOT NULL,
    -- The enrolment in force; a certificate of any other is refused. NULL = not enrolled, or revoked.
    device_id     BLOB,
    agent_version TEXT,
    last_seen_at  INTEGER,
    created_at    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, kit_id),
    UNIQUE (tenant_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE enrolment_codes (
    tenant_id   BLOB    NOT NULL,
    code_name   TEXT    NOT NULL UNIQUE,
    kit_id      BLOB    NOT NULL,
    secret_hash BLOB    NOT NULL,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    used_at     INTEGER,
    -- SHA-256 of the public key that used the code: only the same key may ask again.
    used_by_key BLOB,
    device_id   BLOB,
    PRIMARY KEY (tenant_id, code_name),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE reservations (
    tenant_id      BLOB    NOT NULL,
    reservation_id BLOB    NOT NULL,
    kit_id         BLOB    NOT NULL,
    title          TEXT    NOT NULL,
    starts_at      INTEGER NOT NULL,
    ends_at        INTEGER NOT NULL,
    -- AES-256-GCM; NULL once it has been erased.
    sealed_link    BLOB,
    created_at     INTEGER NOT NULL,
    cancelled_at   INTEGER,
    wiped_at       INTEGER,
    PRIMARY KEY (tenant_id, reservation_id),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id),
    CHECK (starts_at < ends_at)
) STRICT, WITHOUT ROWID;

CREATE INDEX reservations_by_kit ON reservations (tenant_id, kit_id, ends_at);
CREATE INDEX reservations_with_link ON reservations (ends_at) WHERE sealed_link IS NOT NULL;

CREATE TABLE events (
    tenant_id   BLOB    NOT NULL,
    kit_id      BLOB    NOT NULL,
    spool_id    BLOB    NOT NULL,
    sequence    INTEGER NOT NULL,
    happened_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    body        TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, kit_id, spool_id, sequence),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE commands (
    tenant_id  BLOB    NOT NULL,
    kit_id     BLOB    NOT NULL,
    command_id BLOB    NOT NULL,
    kind       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    done_at    INTEGER,
    PRIMARY KEY (tenant_id, kit_id, command_id),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id)
) STRICT, WITHOUT ROWID;
