-- Requests that came with a key of the caller's, so that one that is sent twice is carried out once. Kept for 24 hours.

CREATE TABLE request_keys (
    tenant_id          BLOB    NOT NULL REFERENCES tenants (tenant_id),
    caller             TEXT    NOT NULL,
    request_key        TEXT    NOT NULL,
    -- Of method, path, precondition and body; sealed, because a body may be guessed from its hash.
    sealed_fingerprint BLOB    NOT NULL,
    -- NULL = not answered yet. Sealed, because it may hold what is shown once.
    sealed_answer      BLOB,
    -- Since when somebody is at it; 0 = nobody any more.
    claimed_at         INTEGER NOT NULL,
    created_at         INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, caller, request_key)
) STRICT, WITHOUT ROWID;

-- What such a request has changed, written in the change's own transaction. The tenant is the one whose things changed.
CREATE TABLE request_marks (
    tenant_id   BLOB    NOT NULL REFERENCES tenants (tenant_id),
    caller      TEXT    NOT NULL,
    request_key TEXT    NOT NULL,
    made_at     INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, caller, request_key)
) STRICT, WITHOUT ROWID;
