-- What somebody is told of before it stops a visit, to whom it is sent, and what has yet to arrive there.

CREATE TABLE alerts (
    tenant_id     UUID    NOT NULL,
    alert_id      UUID    NOT NULL,
    kind          TEXT    NOT NULL,
    -- The reservation or ticket; together with the kind it names the occurrence.
    about         UUID    NOT NULL,
    kit_id        UUID    NOT NULL,
    visit_at      BIGINT,
    begun_at      BIGINT  NOT NULL,
    -- When it is to be raised next; NULL = raised, and not snoozed since.
    due_at        BIGINT,
    raised_at     BIGINT,
    snoozed_until BIGINT,
    ended_at      BIGINT,
    PRIMARY KEY (tenant_id, alert_id),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id)
);

CREATE UNIQUE INDEX alerts_open ON alerts (tenant_id, kind, about) WHERE ended_at IS NULL;
CREATE INDEX alerts_by_id ON alerts (alert_id);

CREATE TABLE alert_channels (
    tenant_id     UUID    NOT NULL REFERENCES tenants (tenant_id),
    channel_id    UUID    NOT NULL,
    kind          TEXT    NOT NULL CHECK (kind IN ('email', 'webhook')),
    target        TEXT    NOT NULL,
    -- AES-256-GCM; the key by which a webhook's messages are signed.
    sealed_secret BYTEA,
    created_at    BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, channel_id),
    UNIQUE (tenant_id, kind, target),
    CHECK ((kind = 'webhook') = (sealed_secret IS NOT NULL))
);

CREATE TABLE deliveries (
    tenant_id       UUID    NOT NULL,
    delivery_id     UUID    NOT NULL,
    channel_id      UUID    NOT NULL,
    -- JSON; see domain::notification. It is the same at every attempt.
    payload         TEXT    NOT NULL,
    created_at      BIGINT  NOT NULL,
    attempts        BIGINT  NOT NULL DEFAULT 0,
    next_attempt_at BIGINT  NOT NULL,
    -- Why the last attempt failed: a word, never an address.
    failure         TEXT,
    delivered_at    BIGINT,
    given_up_at     BIGINT,
    PRIMARY KEY (tenant_id, delivery_id),
    FOREIGN KEY (tenant_id, channel_id) REFERENCES alert_channels (tenant_id, channel_id)
);

CREATE INDEX deliveries_waiting ON deliveries (next_attempt_at) WHERE delivered_at IS NULL AND given_up_at IS NULL;
CREATE INDEX deliveries_by_channel ON deliveries (tenant_id, channel_id);

SELECT guard_by_tenant('alerts');
SELECT guard_by_tenant('alert_channels');
SELECT guard_by_tenant('deliveries');
