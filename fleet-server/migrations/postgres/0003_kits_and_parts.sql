-- A kit's life, its parts, and whose they are. A kit that moved to another municipality leaves its row behind, so that
-- what happened there stays there.

ALTER TABLE kits ADD COLUMN owner TEXT NOT NULL DEFAULT 'region' CHECK (owner IN ('region', 'municipality'));
ALTER TABLE kits ADD COLUMN state TEXT NOT NULL DEFAULT 'in_service';
ALTER TABLE kits ADD COLUMN unit_id UUID;
-- The municipality that has it now.
ALTER TABLE kits ADD COLUMN moved_to UUID REFERENCES tenants (tenant_id);

CREATE TABLE kit_states (
    tenant_id UUID    NOT NULL,
    kit_id    UUID    NOT NULL,
    number    BIGINT  NOT NULL,
    at        BIGINT  NOT NULL,
    state     TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, kit_id, number),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id)
);

CREATE TABLE parts (
    tenant_id          UUID    NOT NULL REFERENCES tenants (tenant_id),
    part_id            UUID    NOT NULL,
    -- NULL = in the pool of spare parts.
    kit_id             UUID,
    kind               TEXT    NOT NULL,
    serial             TEXT    NOT NULL,
    condition          TEXT    NOT NULL,
    warranty_until     TEXT,
    -- Tenths of an inch; tablets only.
    screen             BIGINT,
    -- SIM only.
    iccid              TEXT,
    operator           TEXT,
    subscription_owner TEXT,
    created_at         BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, part_id),
    UNIQUE (tenant_id, kind, serial),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id)
);

CREATE INDEX parts_by_kit ON parts (tenant_id, kit_id);
CREATE INDEX kits_by_id ON kits (kit_id) WHERE moved_to IS NULL;
INSERT INTO kit_states (tenant_id, kit_id, number, at, state)
    SELECT tenant_id, kit_id, 1, created_at, state FROM kits;

SELECT guard_by_tenant('kit_states');
SELECT guard_by_tenant('parts');
