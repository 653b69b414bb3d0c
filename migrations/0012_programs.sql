-- What other programs have here: tokens that let them in (trust/staff), answers kept so that a repeated
-- request is not done twice (faces/api), and addresses that are told what happens (channels/webhooks).

-- The token itself is shown once; only its hash is kept.
CREATE TABLE staff_api_token (
    id         TEXT PRIMARY KEY,
    hash       BYTEA NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    -- NULL: every queue.
    queues     TEXT,
    -- NULL: somebody at the command line.
    made_by    TEXT REFERENCES staff_member (id),
    made_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT,
    revoked_at BIGINT
);
CREATE INDEX staff_api_token_made ON staff_api_token (made_at, id);

CREATE TABLE staff_api_scope (
    token      TEXT NOT NULL REFERENCES staff_api_token (id),
    permission TEXT NOT NULL,
    PRIMARY KEY (token, permission)
);

-- The answer to a request that named a key, sealed; without one while the request is under way.
CREATE TABLE api_answer (
    token      TEXT NOT NULL,
    key_hash   BYTEA NOT NULL,
    request    BYTEA NOT NULL,
    answer     BYTEA,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (token, key_hash)
);
CREATE INDEX api_answer_expiry ON api_answer (expires_at);

CREATE TABLE webhook (
    id            TEXT PRIMARY KEY,
    name          TEXT NOT NULL,
    url           TEXT NOT NULL,
    -- Kinds of events, parted by blanks; `area.*` for all of an area.
    events        TEXT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('on', 'off', 'failed')),
    secret        BYTEA NOT NULL,
    -- The secret before, which signs too until this moment.
    old_secret    BYTEA,
    old_until     BIGINT,
    -- Since when nothing was taken; NULL while all is well.
    failing_since BIGINT,
    version       BIGINT NOT NULL,
    made_at       BIGINT NOT NULL
);

CREATE TABLE webhook_delivery (
    id       TEXT PRIMARY KEY,
    webhook  TEXT NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
    event    TEXT NOT NULL,
    kind     TEXT NOT NULL,
    body     TEXT NOT NULL,
    state    TEXT NOT NULL CHECK (state IN ('due', 'delivered', 'failed')),
    attempts BIGINT NOT NULL,
    due_at   BIGINT NOT NULL,
    made_at  BIGINT NOT NULL,
    tried_at BIGINT,
    -- What came of the last attempt: a status, or why there was none.
    outcome  TEXT
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (due_at, id) WHERE state = 'due';
CREATE INDEX webhook_delivery_list ON webhook_delivery (webhook, made_at, id);
CREATE INDEX webhook_delivery_age ON webhook_delivery (made_at);
