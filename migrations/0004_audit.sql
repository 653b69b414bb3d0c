-- trust/audit: what was done, chained by hashes and signed. Rows are only ever added.
CREATE TABLE audit_entry (
    seq        BIGINT PRIMARY KEY,
    at         BIGINT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor      TEXT NOT NULL,
    action     TEXT NOT NULL,
    object     TEXT NOT NULL,
    purpose    TEXT,
    address    TEXT,
    node       TEXT NOT NULL,
    outcome    TEXT NOT NULL,
    details    TEXT NOT NULL,
    previous   BYTEA NOT NULL,
    hash       BYTEA NOT NULL
);
CREATE INDEX audit_entry_at ON audit_entry (at);
CREATE INDEX audit_entry_actor ON audit_entry (actor, seq);
CREATE INDEX audit_entry_action ON audit_entry (action, seq);
CREATE INDEX audit_entry_object ON audit_entry (object, seq);

-- The last entry. Its row is also what puts writers in line.
CREATE TABLE audit_head (
    one  BIGINT PRIMARY KEY CHECK (one = 1),
    seq  BIGINT NOT NULL,
    hash BYTEA NOT NULL
);

CREATE TABLE audit_key (
    id          TEXT PRIMARY KEY,
    public_key  BYTEA NOT NULL,
    sealed_seed BYTEA NOT NULL,
    created_at  BIGINT NOT NULL
);

CREATE TABLE audit_checkpoint (
    number    BIGINT PRIMARY KEY,
    seq       BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    hash      BYTEA NOT NULL,
    key       TEXT NOT NULL,
    signature BYTEA NOT NULL
);
CREATE INDEX audit_checkpoint_seq ON audit_checkpoint (seq);
