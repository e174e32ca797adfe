-- A kit's life, its parts, and whose they are. A kit that moved to another municipality leaves its row behind, so that
-- what happened there stays there.

ALTER TABLE kits ADD COLUMN owner TEXT NOT NULL DEFAULT 'region' CHECK (owner IN ('region', 'municipality'));
ALTER TABLE kits ADD COLUMN state TEXT NOT NULL DEFAULT 'in_service';
ALTER TABLE kits ADD COLUMN unit_id BLOB;
-- The municipality that has it now.
ALTER TABLE kits ADD COLUMN moved_to BLOB REFERENCES tenants (tenant_id);

CREATE TABLE kit_states (
    tenant_id BLOB    NOT NULL,
    kit_id    BLOB    NOT NULL,
    number    INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    state     TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, kit_id, number),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE parts (
    tenant_id          BLOB    NOT NULL REFERENCES tenants (tenant_id),
    part_id            BLOB    NOT NULL,
    -- NULL = in the pool of spare parts.
    kit_id             BLOB,
    kind               TEXT    NOT NULL,
    serial             TEXT    NOT NULL,
    condition          TEXT    NOT NULL,
    warranty_until     TEXT,
    -- Tenths of an inch; tablets only.
    screen             INTEGER,
    -- SIM only.
    iccid              TEXT,
    operator           TEXT,
    subscription_owner TEXT,
    created_at         INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, part_id),
    UNIQUE (tenant_id, kind, serial),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX parts_by_kit ON parts (tenant_id, kit_id);
CREATE INDEX kits_by_id ON kits (kit_id) WHERE moved_to IS NULL;
INSERT INTO kit_states (tenant_id, kit_id, number, at, state)
    SELECT tenant_id, kit_id, 1, created_at, state FROM kits;
