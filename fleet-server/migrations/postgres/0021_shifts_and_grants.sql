-- Care workers' logins for a kit, whom a kit is bound to, and the grants that let a kit into a meeting after BankID.

-- Which login is which care worker: this is the one way from a pseudonym to a person's login.
CREATE TABLE care_worker_logins (
    tenant_id UUID    NOT NULL,
    -- Issuer and subject together name somebody (OpenID Connect Core 1.0, section 2).
    issuer    TEXT    NOT NULL,
    subject   TEXT    NOT NULL,
    worker_id UUID    NOT NULL,
    PRIMARY KEY (tenant_id, issuer, subject),
    FOREIGN KEY (tenant_id, worker_id) REFERENCES care_workers (tenant_id, worker_id)
);

CREATE TABLE staff_logins (
    tenant_id          UUID    NOT NULL,
    login_id           UUID    NOT NULL,
    kit_id             UUID    NOT NULL,
    -- The provider's key in openid.toml.
    provider           TEXT    NOT NULL,
    -- AES-256-GCM; NULL once the login has ended.
    sealed_device_code BYTEA  ,
    began_at           BIGINT  NOT NULL,
    expires_at         BIGINT  NOT NULL,
    -- How often the provider may be asked, in seconds, and when it may be next.
    interval_s         BIGINT  NOT NULL,
    ask_next_at        BIGINT  NOT NULL,
    -- JSON of the answer once there is one; see fleet_api::StaffLoginAnswer.
    answer             TEXT,
    PRIMARY KEY (tenant_id, login_id),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id)
);

CREATE INDEX staff_logins_by_kit ON staff_logins (tenant_id, kit_id, began_at);
CREATE INDEX staff_logins_by_time ON staff_logins (began_at);

CREATE TABLE shifts (
    tenant_id UUID    NOT NULL,
    shift_id  UUID    NOT NULL,
    kit_id    UUID    NOT NULL,
    worker_id UUID    NOT NULL,
    began_at  BIGINT  NOT NULL,
    until     BIGINT  NOT NULL,
    -- NULL = it goes on.
    ended_at  BIGINT ,
    ended_by  TEXT,
    PRIMARY KEY (tenant_id, shift_id),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id),
    FOREIGN KEY (tenant_id, worker_id) REFERENCES care_workers (tenant_id, worker_id),
    CHECK (began_at < until)
);

-- A kit is bound to one person at a time.
CREATE UNIQUE INDEX shifts_open ON shifts (tenant_id, kit_id) WHERE ended_at IS NULL;
CREATE INDEX shifts_to_end ON shifts (until) WHERE ended_at IS NULL;

CREATE TABLE join_grants (
    tenant_id      UUID    NOT NULL,
    -- SHA-256 of the grant; 256 random bits.
    grant_hash     BYTEA   NOT NULL,
    kit_id         UUID    NOT NULL,
    reservation_id UUID    NOT NULL,
    expires_at     BIGINT  NOT NULL,
    used_at        BIGINT ,
    PRIMARY KEY (tenant_id, grant_hash),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id),
    FOREIGN KEY (tenant_id, reservation_id) REFERENCES reservations (tenant_id, reservation_id)
);

CREATE INDEX join_grants_by_time ON join_grants (expires_at);

SELECT guard_by_tenant('care_worker_logins');
SELECT guard_by_tenant('staff_logins');
SELECT guard_by_tenant('shifts');
SELECT guard_by_tenant('join_grants');
