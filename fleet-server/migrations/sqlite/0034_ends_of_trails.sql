-- Where each audit trail ends, sealed with the server's key: a trail that was cut off does not end there.

CREATE TABLE audit_ends (
    tenant_id BLOB    NOT NULL REFERENCES tenants (tenant_id) PRIMARY KEY,
    sequence  INTEGER NOT NULL,
    hash      BLOB    NOT NULL,
    -- HMAC-SHA-256 over the three above; see audit::seal.
    seal      BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_end_stays BEFORE DELETE ON audit_ends
BEGIN
    SELECT RAISE(ABORT, 'the end of an audit trail is never removed');
END;
