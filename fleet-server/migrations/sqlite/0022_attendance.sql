-- Who was in a meeting and what was answered before it: kept five years, one hash chain per care provider.

CREATE TABLE attendance (
    tenant_id     BLOB    NOT NULL REFERENCES tenants (tenant_id),
    -- The care provider's id; all zeros where it is not known who had the kit.
    provider_id   BLOB    NOT NULL,
    sequence      INTEGER NOT NULL,
    -- When it was received: the chain's order. When it happened stands in the record.
    at            INTEGER NOT NULL,
    actor         TEXT    NOT NULL,
    on_behalf_of  BLOB   ,
    -- JSON; see domain::attendance::Record.
    record        TEXT    NOT NULL,
    previous_hash BLOB    NOT NULL,
    hash          BLOB    NOT NULL,
    PRIMARY KEY (tenant_id, provider_id, sequence)
) STRICT, WITHOUT ROWID;

CREATE INDEX attendance_by_time ON attendance (at);

-- Where each chain begins after what was kept long enough has been erased, and where it ends.
CREATE TABLE attendance_chains (
    tenant_id       BLOB    NOT NULL REFERENCES tenants (tenant_id),
    provider_id     BLOB    NOT NULL,
    erased_sequence INTEGER NOT NULL,
    erased_hash     BLOB    NOT NULL,
    newest_sequence INTEGER NOT NULL,
    newest_hash     BLOB    NOT NULL,
    PRIMARY KEY (tenant_id, provider_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER attendance_is_not_changed BEFORE UPDATE ON attendance
BEGIN
    SELECT RAISE(ABORT, 'the attendance log is only ever added to');
END;
