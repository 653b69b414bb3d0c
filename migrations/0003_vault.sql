-- trust/vault: which master keys this database knows, and one data key per subject, wrapped by one of them.
CREATE TABLE vault_master_key (
    id            TEXT PRIMARY KEY,
    -- Recognises the key, so that a wrong one is refused before it touches anything.
    proof         BYTEA NOT NULL,
    registered_at BIGINT NOT NULL
);

CREATE TABLE vault_data_key (
    subject      TEXT PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,
    master_key   TEXT REFERENCES vault_master_key (id),
    wrapped      BYTEA,
    created_at   BIGINT NOT NULL,
    -- A destroyed key leaves its row behind: what it sealed is erased, not lost.
    destroyed_at BIGINT,
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL)),
    CHECK ((wrapped IS NULL) = (master_key IS NULL))
);
CREATE INDEX vault_data_key_by_master ON vault_data_key (master_key, subject);
