-- HMAC-SHA-256 of which meeting the link leads to, with the server's key: by it a meeting is found that is booked already,
-- anywhere in the region, without opening a link. Erased with the link. NULL beside a link = written by an older server.
ALTER TABLE reservations ADD COLUMN link_hash BLOB;

CREATE INDEX reservations_by_link ON reservations (link_hash, ends_at) WHERE link_hash IS NOT NULL;
