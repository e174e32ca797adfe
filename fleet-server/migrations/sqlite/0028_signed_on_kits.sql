-- What was signed on the kits themselves, alerts that are about no kit, and what pages ask of every kit.

CREATE TABLE kit_sign_offs (
    tenant_id    BLOB    NOT NULL,
    sign_off_id  BLOB    NOT NULL,
    kit_id       BLOB    NOT NULL,
    at           INTEGER NOT NULL,
    phase        TEXT    NOT NULL CHECK (phase IN ('before', 'after')),
    -- Why the kit was not cleaned; NULL = it was, and that was signed.
    skipped      TEXT,
    -- NULL = the server does not know whose shift it was.
    worker_id    BLOB,
    -- The checklist's version that the kit showed; NULL = its own built-in steps.
    version      INTEGER,
    -- Who had the kit along; NULL = nobody, or the server did not know.
    check_out_id BLOB,
    PRIMARY KEY (tenant_id, sign_off_id),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id),
    FOREIGN KEY (tenant_id, worker_id) REFERENCES care_workers (tenant_id, worker_id),
    FOREIGN KEY (tenant_id, check_out_id) REFERENCES check_outs (tenant_id, check_out_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX kit_sign_offs_by_kit ON kit_sign_offs (tenant_id, kit_id, phase, at) WHERE skipped IS NULL;
CREATE INDEX kit_sign_offs_by_time ON kit_sign_offs (tenant_id, at);

-- With the time of the check-out: whether a kit was cleaned before it came back.
DROP INDEX check_outs_by_return;
CREATE INDEX check_outs_by_return ON check_outs (tenant_id, kit_id, returned_at, at);
