-- What a kit was called where it has left, who took each step of its life, and when it went to whom.

-- The name under which it left, once another kit has that name; until then NULL, and its name is its own.
ALTER TABLE kits ADD COLUMN former_name TEXT;
-- As in the audit trail; NULL = taken before it was noted.
ALTER TABLE kit_states ADD COLUMN actor TEXT;
-- In the step by which it left: the municipality that got it.
ALTER TABLE kit_states ADD COLUMN moved_to UUID REFERENCES tenants (tenant_id);

-- Kits that have left already did so when they arrived where they went.
INSERT INTO kit_states (tenant_id, kit_id, number, at, state, moved_to)
    SELECT k.tenant_id, k.kit_id, 1 + here.number,
           coalesce((SELECT min(there.at) FROM kit_states there
                     WHERE there.tenant_id = k.moved_to AND there.kit_id = k.kit_id AND there.at >= here.at), here.at),
           k.state, k.moved_to
    FROM kits k
    JOIN (SELECT tenant_id, kit_id, max(number) AS number, max(at) AS at FROM kit_states GROUP BY tenant_id, kit_id) here
        ON here.tenant_id = k.tenant_id AND here.kit_id = k.kit_id
    WHERE k.moved_to IS NOT NULL;

-- Which kinds of parts a kit has, for every kit of a municipality.
DROP INDEX parts_by_kit;
CREATE INDEX parts_by_kit ON parts (tenant_id, kit_id, kind);
-- Where a kit has been.
CREATE INDEX kit_states_by_kit ON kit_states (kit_id);
