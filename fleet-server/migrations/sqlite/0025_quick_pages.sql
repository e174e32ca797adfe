-- What pages ask of every kit is answered from an index alone.

CREATE INDEX check_outs_by_return ON check_outs (tenant_id, kit_id, returned_at);
CREATE INDEX parts_unusable ON parts (tenant_id, kit_id, kind, condition) WHERE condition IN ('broken', 'missing');

DROP INDEX sign_offs_by_kit;
CREATE INDEX sign_offs_by_kit ON sign_offs (tenant_id, kit_id, phase, at);

-- With the body: a month of a municipality's events is read at once, and looking each of them up took most of the time.
DROP INDEX events_by_reservation;
CREATE INDEX events_by_reservation ON events (tenant_id, reservation_id, kit_id, kind, happened_at, body)
    WHERE reservation_id IS NOT NULL;

-- A SIM card is registered once.
CREATE INDEX parts_by_iccid ON parts (tenant_id, iccid) WHERE iccid IS NOT NULL;
