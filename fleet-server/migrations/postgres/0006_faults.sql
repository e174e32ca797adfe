-- How kits are, what is wrong with them, and which kits stand ready to take another's place.

CREATE TABLE kit_health (
    tenant_id       UUID    NOT NULL,
    kit_id          UUID    NOT NULL,
    received_at     BIGINT  NOT NULL,
    looked_at       BIGINT  NOT NULL,
    -- JSON object: check → outcome.
    self_test       TEXT    NOT NULL,
    battery_percent BIGINT CHECK (battery_percent BETWEEN 0 AND 100),
    charging        BOOLEAN,
    -- Bytes.
    storage_free    BIGINT,
    network         TEXT,
    signal_percent  BIGINT CHECK (signal_percent BETWEEN 0 AND 100),
    PRIMARY KEY (tenant_id, kit_id),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id)
);

CREATE TABLE tickets (
    tenant_id        UUID    NOT NULL,
    ticket_id        UUID    NOT NULL,
    kit_id           UUID    NOT NULL,
    fault            TEXT    NOT NULL,
    source           TEXT    NOT NULL,
    state            TEXT    NOT NULL,
    -- When it happened first and last, and how often it was said.
    reported_at      BIGINT  NOT NULL,
    last_reported_at BIGINT  NOT NULL,
    reports          BIGINT  NOT NULL,
    replaced_at      BIGINT,
    spare_kit_id     UUID,
    closed_at        BIGINT,
    resolution       TEXT,
    PRIMARY KEY (tenant_id, ticket_id),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id),
    FOREIGN KEY (tenant_id, spare_kit_id) REFERENCES kits (tenant_id, kit_id),
    CHECK ((closed_at IS NULL) = (resolution IS NULL))
);

-- One open ticket for one fault of one kit: whoever reports it again adds to that.
CREATE UNIQUE INDEX tickets_open ON tickets (tenant_id, kit_id, fault) WHERE closed_at IS NULL;
CREATE INDEX tickets_by_time ON tickets (tenant_id, reported_at);
CREATE INDEX tickets_by_id ON tickets (ticket_id);

CREATE TABLE ticket_steps (
    tenant_id UUID    NOT NULL,
    ticket_id UUID    NOT NULL,
    number    BIGINT  NOT NULL,
    at        BIGINT  NOT NULL,
    state     TEXT    NOT NULL,
    -- As in the audit trail: a kit, an account, the server; never a patient.
    actor     TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, ticket_id, number),
    FOREIGN KEY (tenant_id, ticket_id) REFERENCES tickets (tenant_id, ticket_id)
);

CREATE TABLE spare_kits (
    tenant_id UUID    NOT NULL,
    kit_id    UUID    NOT NULL,
    since     BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, kit_id),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id)
);

SELECT guard_by_tenant('kit_health');
SELECT guard_by_tenant('tickets');
SELECT guard_by_tenant('ticket_steps');
SELECT guard_by_tenant('spare_kits');
