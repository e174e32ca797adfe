-- Which invitation a booking was made from, so that its updates follow it.

-- HMAC-SHA-256 of what its calendar calls the meeting, with the server's key; NULL once it has been erased.
ALTER TABLE reservations ADD COLUMN meeting_key BLOB;
-- The version that was taken in last (SEQUENCE of RFC 5545).
ALTER TABLE reservations ADD COLUMN meeting_sequence INTEGER;

CREATE INDEX reservations_by_meeting ON reservations (tenant_id, meeting_key) WHERE meeting_key IS NOT NULL;
CREATE INDEX reservations_with_meeting ON reservations (ends_at) WHERE meeting_key IS NOT NULL;
