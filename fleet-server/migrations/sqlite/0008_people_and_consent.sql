-- Who has logged in, the first operator's one-time codes, and for how long the region's support may look.

ALTER TABLE admin_tokens ADD COLUMN role TEXT NOT NULL DEFAULT 'program';

CREATE TABLE people (
    tenant_id      BLOB    NOT NULL REFERENCES tenants (tenant_id),
    person_id      BLOB    NOT NULL,
    -- Issuer and subject together name somebody (OpenID Connect Core 1.0, section 2).
    issuer         TEXT    NOT NULL,
    subject        TEXT    NOT NULL,
    name           TEXT    NOT NULL,
    -- The role at the last login.
    role           TEXT    NOT NULL,
    -- 1 = region operator by a one-time code, whatever the provider says.
    operator       INTEGER NOT NULL DEFAULT 0,
    first_login_at INTEGER NOT NULL,
    last_login_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, person_id),
    UNIQUE (tenant_id, issuer, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE first_codes (
    tenant_id   BLOB    NOT NULL REFERENCES tenants (tenant_id),
    code_name   TEXT    NOT NULL,
    secret_hash BLOB    NOT NULL,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    used_at     INTEGER,
    used_by     BLOB,
    PRIMARY KEY (tenant_id, code_name),
    FOREIGN KEY (tenant_id, used_by) REFERENCES people (tenant_id, person_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE support_access (
    tenant_id  BLOB    NOT NULL REFERENCES tenants (tenant_id),
    number     INTEGER NOT NULL,
    allowed_by TEXT    NOT NULL,
    allowed_at INTEGER NOT NULL,
    until      INTEGER NOT NULL,
    -- NULL = it ran its time.
    ended_at   INTEGER,
    PRIMARY KEY (tenant_id, number),
    CHECK (allowed_at < until)
) STRICT, WITHOUT ROWID;
