-- Care workers leave and units close; what they did stays.

ALTER TABLE care_workers ADD COLUMN left_at INTEGER;
ALTER TABLE units ADD COLUMN closed_at INTEGER;
