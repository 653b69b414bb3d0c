-- core/customers: who contacts us. What names, describes or reaches a person is sealed with that person's
-- own key; people are found by keyed hashes.
CREATE TABLE customer_person (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind IN ('consumer', 'dealer')),
    -- Names and needs.
    profile    BYTEA NOT NULL,
    language   TEXT,
    channel    TEXT,
    -- Who this person was found to be. Nothing else moves when people are merged.
    survivor   TEXT REFERENCES customer_person (id) CHECK (survivor <> id),
    version    BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    erased_at  BIGINT
);
CREATE INDEX customer_person_survivor ON customer_person (survivor) WHERE survivor IS NOT NULL;

-- Ways to reach a person. A verified one is theirs and identifies them; a claimed one only says so.
CREATE TABLE customer_point (
    number      BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    person      TEXT NOT NULL REFERENCES customer_person (id),
    kind        TEXT NOT NULL CHECK (kind IN ('email', 'phone', 'handle', 'account')),
    -- The network of a handle, the host site of an account.
    place       TEXT NOT NULL,
    value       BYTEA NOT NULL,
    hash        BYTEA NOT NULL,
    verified_at BIGINT,
    added_at    BIGINT NOT NULL,
    UNIQUE (person, hash, place)
);
CREATE UNIQUE INDEX customer_point_verified ON customer_point (hash, place) WHERE verified_at IS NOT NULL;
CREATE INDEX customer_point_hash ON customer_point (hash, person);

-- Keyed hashes of the words of a name and of their first letters.
CREATE TABLE customer_name_token (
    token  BYTEA NOT NULL,
    person TEXT NOT NULL REFERENCES customer_person (id),
    PRIMARY KEY (token, person)
);
CREATE INDEX customer_name_token_person ON customer_name_token (person);

CREATE TABLE customer_note (
    person      TEXT NOT NULL REFERENCES customer_person (id),
    number      BIGINT NOT NULL,
    body        BYTEA NOT NULL,
    author_kind TEXT NOT NULL,
    author      TEXT NOT NULL,
    written_at  BIGINT NOT NULL,
    PRIMARY KEY (person, number)
);

CREATE TABLE customer_merge (
    id          TEXT PRIMARY KEY,
    kept        TEXT NOT NULL REFERENCES customer_person (id),
    other       TEXT NOT NULL REFERENCES customer_person (id),
    author_kind TEXT NOT NULL,
    author      TEXT NOT NULL,
    merged_at   BIGINT NOT NULL,
    undone_at   BIGINT
);
CREATE INDEX customer_merge_kept ON customer_merge (kept);
CREATE UNIQUE INDEX customer_merge_other ON customer_merge (other) WHERE undone_at IS NULL;

-- Two people who look like one and were found not to be; the smaller id comes first.
CREATE TABLE customer_apart (
    one   TEXT NOT NULL REFERENCES customer_person (id),
    other TEXT NOT NULL REFERENCES customer_person (id),
    PRIMARY KEY (one, other)
);
CREATE INDEX customer_apart_other ON customer_apart (other);
