-- How kits are, what is wrong with them, and which kits stand ready to take another's place.

CREATE TABLE kit_health (
    tenant_id       BLOB    NOT NULL,
    kit_id          BLOB    NOT NULL,
    received_at     INTEGER NOT NULL,
    looked_at       INTEGER NOT NULL,
    -- JSON object: check → outcome.
    self_test       TEXT    NOT NULL,
    battery_percent INTEGER CHECK (battery_percent BETWEEN 0 AND 100),
    charging        INTEGER,
    -- Bytes.
    storage_free    INTEGER,
    network         TEXT,
    signal_percent  INTEGER CHECK (signal_percent BETWEEN 0 AND 100),
    PRIMARY KEY (tenant_id, kit_id),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE tickets (
    tenant_id        BLOB    NOT NULL,
    ticket_id        BLOB    NOT NULL,
    kit_id           BLOB    NOT NULL,
    fault            TEXT    NOT NULL,
    source           TEXT    NOT NULL,
    state            TEXT    NOT NULL,
    -- When it happened first and last, and how often it was said.
    reported_at      INTEGER NOT NULL,
    last_reported_at INTEGER NOT NULL,
    reports          INTEGER NOT NULL,
    replaced_at      INTEGER,
    spare_kit_id     BLOB,
    closed_at        INTEGER,
    resolution       TEXT,
    PRIMARY KEY (tenant_id, ticket_id),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id),
    FOREIGN KEY (tenant_id, spare_kit_id) REFERENCES kits (tenant_id, kit_id),
    CHECK ((closed_at IS NULL) = (resolution IS NULL))
) STRICT, WITHOUT ROWID;

-- One open ticket for one fault of one kit: whoever reports it again adds to that.
CREATE UNIQUE INDEX tickets_open ON tickets (tenant_id, kit_id, fault) WHERE closed_at IS NULL;
CREATE INDEX tickets_by_time ON tickets (tenant_id, reported_at);
CREATE INDEX tickets_by_id ON tickets (ticket_id);

CREATE TABLE ticket_steps (
    tenant_id BLOB    NOT NULL,
    ticket_id BLOB    NOT NULL,
    number    INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    state     TEXT    NOT NULL,
    -- As in the audit trail: a kit, an account, the server; never a patient.
    actor     TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, ticket_id, number),
    FOREIGN KEY (tenant_id, ticket_id) REFERENCES tickets (tenant_id, ticket_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE spare_kits (
    tenant_id BLOB    NOT NULL,
    kit_id    BLOB    NOT NULL,
    since     INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, kit_id),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id)
) STRICT, WITHOUT ROWID;
