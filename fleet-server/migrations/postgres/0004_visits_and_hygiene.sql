-- Who took a kit along and brought it back, and who signed that it was clean.

CREATE INDEX reservations_by_id ON reservations (reservation_id);

CREATE TABLE check_outs (
    tenant_id      UUID    NOT NULL,
    check_out_id   UUID    NOT NULL,
    kit_id         UUID    NOT NULL,
    worker_id      UUID    NOT NULL,
    reservation_id UUID,
    at             BIGINT  NOT NULL,
    -- Why it was taken without its sign-off, where it was.
    override       TEXT,
    returned_at    BIGINT,
    returned_by    UUID,
    PRIMARY KEY (tenant_id, check_out_id),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id),
    FOREIGN KEY (tenant_id, worker_id) REFERENCES care_workers (tenant_id, worker_id),
    FOREIGN KEY (tenant_id, reservation_id) REFERENCES reservations (tenant_id, reservation_id)
);

-- A kit is with one person at a time.
CREATE UNIQUE INDEX check_outs_open ON check_outs (tenant_id, kit_id) WHERE returned_at IS NULL;
CREATE INDEX check_outs_by_kit ON check_outs (tenant_id, kit_id, at);

CREATE TABLE checklists (
    tenant_id UUID    NOT NULL REFERENCES tenants (tenant_id),
    version   BIGINT  NOT NULL,
    -- JSON; see domain::hygiene::Checklist.
    body      TEXT    NOT NULL,
    PRIMARY KEY (tenant_id, version)
);

CREATE TABLE sign_offs (
    tenant_id   UUID    NOT NULL,
    sign_off_id UUID    NOT NULL,
    kit_id      UUID    NOT NULL,
    worker_id   UUID    NOT NULL,
    at          BIGINT  NOT NULL,
    phase       TEXT    NOT NULL CHECK (phase IN ('before', 'after')),
    version     BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, sign_off_id),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id),
    FOREIGN KEY (tenant_id, worker_id) REFERENCES care_workers (tenant_id, worker_id),
    FOREIGN KEY (tenant_id, version) REFERENCES checklists (tenant_id, version)
);

CREATE INDEX sign_offs_by_kit ON sign_offs (tenant_id, kit_id, at);

SELECT guard_by_tenant('check_outs');
SELECT guard_by_tenant('checklists');
SELECT guard_by_tenant('sign_offs');
