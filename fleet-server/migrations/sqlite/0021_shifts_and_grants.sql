-- Care workers' logins for a kit, whom a kit is bound to, and the grants that let a kit into a meeting after BankID.

-- Which login is which care worker: this is the one way from a pseudonym to a person's login.
CREATE TABLE care_worker_logins (
    tenant_id BLOB    NOT NULL,
    -- Issuer and subject together name somebody (OpenID Connect Core 1.0, section 2).
    issuer    TEXT    NOT NULL,
    subject   TEXT    NOT NULL,
    worker_id BLOB    NOT NULL,
    PRIMARY KEY (tenant_id, issuer, subject),
    FOREIGN KEY (tenant_id, worker_id) REFERENCES care_workers (tenant_id, worker_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE staff_logins (
    tenant_id          BLOB    NOT NULL,
    login_id           BLOB    NOT NULL,
    kit_id             BLOB    NOT NULL,
    -- The provider's key in openid.toml.
    provider           TEXT    NOT NULL,
    -- AES-256-GCM; NULL once the login has ended.
    sealed_device_code BLOB   ,
    began_at           INTEGER NOT NULL,
    expires_at         INTEGER NOT NULL,
    -- How often the provider may be asked, in seconds, and when it may be next.
    interval_s         INTEGER NOT NULL,
    ask_next_at        INTEGER NOT NULL,
    -- JSON of the answer once there is one; see fleet_api::StaffLoginAnswer.
    answer             TEXT,
    PRIMARY KEY (tenant_id, login_id),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX staff_logins_by_kit ON staff_logins (tenant_id, kit_id, began_at);
CREATE INDEX staff_logins_by_time ON staff_logins (began_at);

CREATE TABLE shifts (
    tenant_id BLOB    NOT NULL,
    shift_id  BLOB    NOT NULL,
    kit_id    BLOB    NOT NULL,
    worker_id BLOB    NOT NULL,
    began_at  INTEGER NOT NULL,
    until     INTEGER NOT NULL,
    -- NULL = it goes on.
    ended_at  INTEGER,
    ended_by  TEXT,
    PRIMARY KEY (tenant_id, shift_id),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id),
    FOREIGN KEY (tenant_id, worker_id) REFERENCES care_workers (tenant_id, worker_id),
    CHECK (began_at < until)
) STRICT, WITHOUT ROWID;

-- A kit is bound to one person at a time.
CREATE UNIQUE INDEX shifts_open ON shifts (tenant_id, kit_id) WHERE ended_at IS NULL;
CREATE INDEX shifts_to_end ON shifts (until) WHERE ended_at IS NULL;

CREATE TABLE join_grants (
    tenant_id      BLOB    NOT NULL,
    -- SHA-256 of the grant; 256 random bits.
    grant_hash     BLOB    NOT NULL,
    kit_id         BLOB    NOT NULL,
    reservation_id BLOB    NOT NULL,
    expires_at     INTEGER NOT NULL,
    used_at        INTEGER,
    PRIMARY KEY (tenant_id, grant_hash),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id),
    FOREIGN KEY (tenant_id, reservation_id) REFERENCES reservations (tenant_id, reservation_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX join_grants_by_time ON join_grants (expires_at);
