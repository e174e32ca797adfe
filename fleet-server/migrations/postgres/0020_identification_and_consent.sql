-- What a municipality decides about identification, its consent text by version, and who is expected in a meeting.

-- JSON; see domain::identity::settings.
ALTER TABLE tenants ADD COLUMN identity TEXT NOT NULL DEFAULT '{}';

CREATE TABLE consent_texts (
    tenant_id UUID    NOT NULL REFERENCES tenants (tenant_id),
    number    BIGINT  NOT NULL,
    -- JSON; see domain::identity::consent::AdoptedText.
    body      TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, number)
);

-- JSON; see domain::identity::expected::Expected.
ALTER TABLE reservations ADD COLUMN expected TEXT NOT NULL DEFAULT '{}';
-- AES-256-GCM: telephone and host's PIN; erased with the link.
ALTER TABLE reservations ADD COLUMN sealed_access BYTEA;
-- HMAC-SHA-256 of the patient's personal number with the server's key; NULL once it has been erased.
ALTER TABLE reservations ADD COLUMN invited_person BYTEA;

CREATE INDEX reservations_with_person ON reservations (ends_at) WHERE invited_person IS NOT NULL;

SELECT guard_by_tenant('consent_texts');
