-- What several servers on one database must know of each other: which of them are alive, which kit is connected to which, and
-- who is logged in.

CREATE TABLE servers (
    server_id BLOB    NOT NULL PRIMARY KEY,
    -- When it last said that it is alive.
    alive_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE connections (
    tenant_id BLOB    NOT NULL REFERENCES tenants (tenant_id),
    kit_id    BLOB    NOT NULL,
    -- The row means something only while this server is alive.
    server_id BLOB    NOT NULL,
    since     INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, kit_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    tenant_id       BLOB    NOT NULL REFERENCES tenants (tenant_id),
    session_id      BLOB    NOT NULL,
    -- SHA-256 of the cookie's content.
    key_hash        BLOB    NOT NULL UNIQUE,
    role            TEXT    NOT NULL,
    -- Who: a person, or whoever holds a token.
    person_id       BLOB,
    token_name      TEXT,
    -- Where the login's provider wants to be told of the end; sealed, as the ID token is in it.
    sealed_farewell BLOB,
    ends_at         INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, session_id),
    CHECK ((person_id IS NULL) <> (token_name IS NULL))
) STRICT, WITHOUT ROWID;
