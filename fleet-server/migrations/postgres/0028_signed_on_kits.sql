-- What was signed on the kits themselves, alerts that are about no kit, and what pages ask of every kit.

CREATE TABLE kit_sign_offs (
    tenant_id    UUID    NOT NULL,
    sign_off_id  UUID    NOT NULL,
    kit_id       UUID    NOT NULL,
    at           BIGINT  NOT NULL,
    phase        TEXT    NOT NULL CHECK (phase IN ('before', 'after')),
    -- Why the kit was not cleaned; NULL = it was, and that was signed.
    skipped      TEXT,
    -- NULL = the server does not know whose shift it was.
    worker_id    UUID,
    -- The checklist's version that the kit showed; NULL = its own built-in steps.
    version      BIGINT,
    -- Who had the kit along; NULL = nobody, or the server did not know.
    check_out_id UUID,
    PRIMARY KEY (tenant_id, sign_off_id),
    FOREIGN KEY (tenant_id, kit_id) REFERENCES kits (tenant_id, kit_id),
    FOREIGN KEY (tenant_id, worker_id) REFERENCES care_workers (tenant_id, worker_id),
    FOREIGN KEY (tenant_id, check_out_id) REFERENCES check_outs (tenant_id, check_out_id)
);

CREATE INDEX kit_sign_offs_by_kit ON kit_sign_offs (tenant_id, kit_id, phase, at) WHERE skipped IS NULL;
CREATE INDEX kit_sign_offs_by_time ON kit_sign_offs (tenant_id, at);

-- With the time of the check-out: whether a kit was cleaned before it came back.
DROP INDEX check_outs_by_return;
CREATE INDEX check_outs_by_return ON check_outs (tenant_id, kit_id, returned_at, at);

-- What a whole municipality is told of. Older servers do not look here, and know none of these kinds.
CREATE TABLE municipality_alerts (
    tenant_id     UUID    NOT NULL REFERENCES tenants (tenant_id),
    alert_id      UUID    NOT NULL,
    kind          TEXT    NOT NULL,
    -- Together with the kind it names the occurrence.
    about         UUID    NOT NULL,
    begun_at      BIGINT  NOT NULL,
    -- When it is to be raised next; NULL = raised, and not snoozed since.
    due_at        BIGINT,
    raised_at     BIGINT,
    snoozed_until BIGINT,
    ended_at      BIGINT,
    PRIMARY KEY (tenant_id, alert_id)
);

CREATE UNIQUE INDEX municipality_alerts_open ON municipality_alerts (tenant_id, kind, about) WHERE ended_at IS NULL;
CREATE INDEX municipality_alerts_by_id ON municipality_alerts (alert_id);

SELECT guard_by_tenant('kit_sign_offs');
SELECT guard_by_tenant('municipality_alerts');
