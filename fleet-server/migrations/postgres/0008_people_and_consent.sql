-- Who has logged in, the first operator's one-time codes, and for how long the region's support may look.

ALTER TABLE admin_tokens ADD COLUMN role TEXT NOT NULL DEFAULT 'program';

CREATE TABLE people (
    tenant_id      UUID    NOT NULL REFERENCES tenants (tenant_id),
    person_id      UUID    NOT NULL,
    -- Issuer and subject together name somebody (OpenID Connect Core 1.0, section 2).
    issuer         TEXT    NOT NULL,
    subject        TEXT    NOT NULL,
    name           TEXT    NOT NULL,
    -- The role at the last login.
    role           TEXT    NOT NULL,
    -- True = region operator by a one-time code, whatever the provider says.
    operator       BOOLEAN NOT NULL DEFAULT FALSE,
    first_login_at BIGINT  NOT NULL,
    last_login_at  BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, person_id),
    UNIQUE (tenant_id, issuer, subject)
);

CREATE TABLE first_codes (
    tenant_id   UUID    NOT NULL REFERENCES tenants (tenant_id),
    code_name   TEXT    NOT NULL,
    secret_hash BYTEA   NOT NULL,
    created_at  BIGINT  NOT NULL,
    expires_at  BIGINT  NOT NULL,
    used_at     BIGINT,
    used_by     UUID,
    PRIMARY KEY (tenant_id, code_name),
    FOREIGN KEY (tenant_id, used_by) REFERENCES people (tenant_id, person_id)
);

CREATE TABLE support_access (
    tenant_id  UUID    NOT NULL REFERENCES tenants (tenant_id),
    number     BIGINT  NOT NULL,
    allowed_by TEXT    NOT NULL,
    allowed_at BIGINT  NOT NULL,
    until      BIGINT  NOT NULL,
    -- NULL = it ran its time.
    ended_at   BIGINT,
    PRIMARY KEY (tenant_id, number),
    CHECK (allowed_at < until)
);

SELECT guard_by_tenant('people');
SELECT guard_by_tenant('first_codes');
SELECT guard_by_tenant('support_access');
