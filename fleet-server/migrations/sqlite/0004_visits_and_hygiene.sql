-- Who took a kit along and brought it back, and who signed that it was clean.

CREATE INDEX reservations_by_id ON reservations (reservation_id);

CREATE TABLE check_outs (
    tenant_id      BLOB    NOT NULL,
    check_out_id   BLOB    NOT NULL,
    kit_id         BLOB    NOT NULL,
    worker_id      BLOB    NOT NULL,
    reservation_id BLOB,
    at             INTEGER NOT NULL,
    -- Why it was taken without its sign-off, where it was.
    override       TEXT,
    returned_at    INTEGER,
    returned_by    BLOB,
    PRIMARY KEY (tenant_id, check_out_id),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id),
    FOREIGN KEY (tenant_id, worker_id) REFERENCES care_workers (tenant_id, worker_id),
    FOREIGN KEY (tenant_id, reservation_id) REFERENCES reservations (tenant_id, reservation_id)
) STRICT, WITHOUT ROWID;

-- A kit is with one person at a time.
CREATE UNIQUE INDEX check_outs_open ON check_outs (tenant_id, kit_id) WHERE returned_at IS NULL;
CREATE INDEX check_outs_by_kit ON check_outs (tenant_id, kit_id, at);

CREATE TABLE checklists (
    tenant_id BLOB    NOT NULL REFERENCES tenants (tenant_id),
    version   INTEGER NOT NULL,
    -- JSON; see domain::hygiene::Checklist.
    body      TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE sign_offs (
    tenant_id   BLOB    NOT NULL,
    sign_off_id BLOB    NOT NULL,
    kit_id      BLOB    NOT NULL,
    worker_id   BLOB    NOT NULL,
    at          INTEGER NOT NULL,
    phase       TEXT    NOT NULL CHECK (phase IN ('before', 'after')),
    version     INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, sign_off_id),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id),
    FOREIGN KEY (tenant_id, worker_id) REFERENCES care_workers (tenant_id, worker_id),
    FOREIGN KEY (tenant_id, version) REFERENCES checklists (tenant_id, version)
) STRICT, WITHOUT ROWID;

CREATE INDEX sign_offs_by_kit ON sign_offs (tenant_id, kit_id, at);
