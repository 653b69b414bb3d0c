-- channels/chat: customers' browsers, and what host sites have vouched for.

-- A browser is known by the hash of its cookie. `host` is the site that says who it is; `left_at` is when
-- its customer ended the chat on their side.
CREATE TABLE chat_visitor (
    id           TEXT PRIMARY KEY,
    hash         BYTEA NOT NULL UNIQUE,
    person       TEXT,
    host         TEXT,
    conversation TEXT,
    left_at      BIGINT,
    seen_at      BIGINT NOT NULL
);
CREATE INDEX chat_visitor_seen ON chat_visitor (seen_at, id);
CREATE INDEX chat_visitor_conversation ON chat_visitor (conversation);

-- Hosts' tokens that were used, so that each opens one browser only.
CREATE TABLE chat_host_token (
    hash       BYTEA PRIMARY KEY,
    visitor    TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX chat_host_token_expiry ON chat_host_token (expires_at);
