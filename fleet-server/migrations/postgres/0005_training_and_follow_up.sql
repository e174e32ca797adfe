-- Who was trained and has read the routine; what became of meetings; how they felt.

-- The meeting that an event is about. Events of before this migration have none and are not counted in follow-up.
ALTER TABLE events ADD COLUMN reservation_id UUID;
CREATE INDEX events_by_reservation ON events (tenant_id, reservation_id) WHERE reservation_id IS NOT NULL;
CREATE INDEX reservations_by_start ON reservations (tenant_id, starts_at);

CREATE TABLE trainings (
    tenant_id   UUID    NOT NULL,
    worker_id   UUID    NOT NULL,
    topic       TEXT    NOT NULL,
    trained_on  TEXT    NOT NULL,
    valid_until TEXT    NOT NULL,
    created_at  BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, worker_id, topic, trained_on),
    FOREIGN KEY (tenant_id, worker_id) REFERENCES care_workers (tenant_id, worker_id)
);

CREATE TABLE routine_versions (
    tenant_id  UUID    NOT NULL REFERENCES tenants (tenant_id),
    version    BIGINT  NOT NULL,
    title      TEXT    NOT NULL,
    from_day   TEXT    NOT NULL,
    review_day TEXT    NOT NULL,
    created_at BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, version)
);

CREATE TABLE acknowledgements (
    tenant_id UUID    NOT NULL,
    worker_id UUID    NOT NULL,
    version   BIGINT  NOT NULL,
    at        BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, worker_id, version),
    FOREIGN KEY (tenant_id, worker_id) REFERENCES care_workers (tenant_id, worker_id),
    FOREIGN KEY (tenant_id, version) REFERENCES routine_versions (tenant_id, version)
);

-- Why a meeting was not held, where somebody has said so.
CREATE TABLE meeting_causes (
    tenant_id      UUID    NOT NULL,
    reservation_id UUID    NOT NULL,
    cause          TEXT    NOT NULL,
    at             BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, reservation_id),
    FOREIGN KEY (tenant_id, reservation_id) REFERENCES reservations (tenant_id, reservation_id)
);

-- Answers are counted as they come in, by month and unit; no answer is kept by itself, so none leads back to a meeting.
CREATE TABLE ratings (
    tenant_id UUID    NOT NULL REFERENCES tenants (tenant_id),
    month     TEXT    NOT NULL,
    -- All zeros where nobody had fetched the kit.
    unit_id   UUID    NOT NULL,
    asked     TEXT    NOT NULL CHECK (asked IN ('patient', 'staff')),
    answer    TEXT    NOT NULL CHECK (answer IN ('good', 'so_so', 'bad')),
    answers   BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, month, unit_id, asked, answer)
);

CREATE TABLE follow_up_settings (
    tenant_id UUID NOT NULL PRIMARY KEY REFERENCES tenants (tenant_id),
    -- JSON; see domain::follow_up::settings.
    body      TEXT NOT NULL
);

SELECT guard_by_tenant('trainings');
SELECT guard_by_tenant('routine_versions');
SELECT guard_by_tenant('acknowledgements');
SELECT guard_by_tenant('meeting_causes');
SELECT guard_by_tenant('ratings');
SELECT guard_by_tenant('follow_up_settings');
