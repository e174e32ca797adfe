-- Care workers leave and units close; what they did stays. The tables' row-level security holds for the columns.

ALTER TABLE care_workers ADD COLUMN left_at BIGINT;
ALTER TABLE units ADD COLUMN closed_at BIGINT;
