-- What was booked and what kits reported of it is erased after five years.

CREATE INDEX reservations_by_end ON reservations (ends_at);
CREATE INDEX check_outs_by_reservation ON check_outs (tenant_id, reservation_id) WHERE reservation_id IS NOT NULL;
CREATE INDEX events_by_receipt ON events (received_at);
