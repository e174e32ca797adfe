-- What several servers on one database must know of each other: which of them are alive, which kit is connected to which, and
-- who is logged in.

CREATE TABLE servers (
    server_id UUID   NOT NULL PRIMARY KEY,
    -- When it last said that it is alive.
    alive_at  BIGINT NOT NULL
);

CREATE TABLE connections (
    tenant_id UUID   NOT NULL REFERENCES tenants (tenant_id),
    kit_id    UUID   NOT NULL,
    -- The row means something only while this server is alive.
    server_id UUID   NOT NULL,
    since     BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, kit_id)
);

CREATE TABLE sessions (
    tenant_id       UUID   NOT NULL REFERENCES tenants (tenant_id),
    session_id      UUID   NOT NULL,
    -- SHA-256 of the cookie's content.
    key_hash        BYTEA  NOT NULL UNIQUE,
    role            TEXT   NOT NULL,
    -- Who: a person, or whoever holds a token.
    person_id       UUID,
    token_name      TEXT,
    -- Where the login's provider wants to be told of the end; sealed, as the ID token is in it.
    sealed_farewell BYTEA,
    ends_at         BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, session_id),
    CHECK ((person_id IS NULL) <> (token_name IS NULL))
);

SELECT guard_by_tenant('connections');
SELECT guard_by_tenant('sessions');
-- Belongs to no tenant and says nothing of any.
ALTER TABLE servers ENABLE ROW LEVEL SECURITY;
CREATE POLICY for_all ON servers USING (true);
