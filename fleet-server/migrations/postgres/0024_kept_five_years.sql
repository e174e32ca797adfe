-- What was booked and what kits reported of it is erased after five years.

CREATE INDEX reservations_by_end ON reservations (ends_at);
CREATE INDEX check_outs_by_reservation ON check_outs (tenant_id, reservation_id) WHERE reservation_id IS NOT NULL;
-- Events come in the order of time, so that ranges of blocks tell enough and a new event costs next to nothing.
CREATE INDEX events_by_receipt ON events USING brin (received_at);
