-- What somebody is told of before it stops a visit, to whom it is sent, and what has yet to arrive there.

CREATE TABLE alerts (
    tenant_id     BLOB    NOT NULL,
    alert_id      BLOB    NOT NULL,
    kind          TEXT    NOT NULL,
    -- The reservation or ticket; together with the kind it names the occurrence.
    about         BLOB    NOT NULL,
    kit_id        BLOB    NOT NULL,
    visit_at      INTEGER,
    begun_at      INTEGER NOT NULL,
    -- When it is to be raised next; NULL = raised, and not snoozed since.
    due_at        INTEGER,
    raised_at     INTEGER,
    snoozed_until INTEGER,
    ended_at      INTEGER,
    PRIMARY KEY (tenant_id, alert_id),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX alerts_open ON alerts (tenant_id, kind, about) WHERE ended_at IS NULL;
CREATE INDEX alerts_by_id ON alerts (alert_id);

CREATE TABLE alert_channels (
    tenant_id     BLOB    NOT NULL REFERENCES tenants (tenant_id),
    channel_id    BLOB    NOT NULL,
    kind          TEXT    NOT NULL CHECK (kind IN ('email', 'webhook')),
    target        TEXT    NOT NULL,
    -- AES-256-GCM; the key by which a webhook's messages are signed.
    sealed_secret BLOB,
    created_at    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, channel_id),
    UNIQUE (tenant_id, kind, target),
    CHECK ((kind = 'webhook') = (sealed_secret IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE deliveries (
    tenant_id       BLOB    NOT NULL,
    delivery_id     BLOB    NOT NULL,
    channel_id      BLOB    NOT NULL,
    -- JSON; see domain::notification. It is the same at every attempt.
    payload         TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    attempts        INTEGER NOT NULL DEFAULT 0,
    next_attempt_at INTEGER NOT NULL,
    -- Why the last attempt failed: a word, never an address.
    failure         TEXT,
    delivered_at    INTEGER,
    given_up_at     INTEGER,
    PRIMARY KEY (tenant_id, delivery_id),
    FOREIGN KEY (tenant_id, channel_id) REFERENCES alert_channels (tenant_id, channel_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX deliveries_waiting ON deliveries (next_attempt_at) WHERE delivered_at IS NULL AND given_up_at IS NULL;
CREATE INDEX deliveries_by_channel ON deliveries (tenant_id, channel_id);
