-- Where each audit trail ends, sealed with the server's key: a trail that was cut off does not end there.

CREATE TABLE audit_ends (
    tenant_id UUID   NOT NULL REFERENCES tenants (tenant_id) PRIMARY KEY,
    sequence  BIGINT NOT NULL,
    hash      BYTEA  NOT NULL,
    -- HMAC-SHA-256 over the three above; see audit::seal.
    seal      BYTEA  NOT NULL
);

SELECT guard_by_tenant('audit_ends');

CREATE TRIGGER audit_end_stays BEFORE DELETE OR TRUNCATE ON audit_ends
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
