-- Who was in a meeting and what was answered before it: kept five years, one hash chain per care provider.

CREATE TABLE attendance (
    tenant_id     UUID    NOT NULL REFERENCES tenants (tenant_id),
    -- The care provider's id; all zeros where it is not known who had the kit.
    provider_id   UUID    NOT NULL,
    sequence      BIGINT  NOT NULL,
    -- When it was received: the chain's order. When it happened stands in the record.
    at            BIGINT  NOT NULL,
    actor         TEXT    NOT NULL,
    on_behalf_of  UUID   ,
    -- JSON; see domain::attendance::Record.
    record        TEXT    NOT NULL,
    previous_hash BYTEA   NOT NULL,
    hash          BYTEA   NOT NULL,
    PRIMARY KEY (tenant_id, provider_id, sequence)
);

CREATE INDEX attendance_by_time ON attendance (at);

-- Where each chain begins after what was kept long enough has been erased, and where it ends.
CREATE TABLE attendance_chains (
    tenant_id       UUID    NOT NULL REFERENCES tenants (tenant_id),
    provider_id     UUID    NOT NULL,
    erased_sequence BIGINT  NOT NULL,
    erased_hash     BYTEA   NOT NULL,
    newest_sequence BIGINT  NOT NULL,
    newest_hash     BYTEA   NOT NULL,
    PRIMARY KEY (tenant_id, provider_id)
);

SELECT guard_by_tenant('attendance');
SELECT guard_by_tenant('attendance_chains');

CREATE TRIGGER attendance_is_not_changed BEFORE UPDATE ON attendance
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
