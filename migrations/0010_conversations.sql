-- core/conversations: what customers and staff say to one another. Words are sealed under the customer's key.

-- `live` is 1 while work is still expected, so that indexes over it never grow with closed work.
-- `since` is when it came into its state, and the order of every list.
CREATE TABLE conversation (
    id                  TEXT PRIMARY KEY,
    reference           TEXT NOT NULL UNIQUE,
    customer            TEXT NOT NULL,
    opening_key         TEXT,
    channel             TEXT NOT NULL,
    topic               TEXT,
    queue               TEXT NOT NULL,
    language            TEXT NOT NULL,
    urgency             TEXT NOT NULL CHECK (urgency IN ('low', 'normal', 'high', 'urgent')),
    subject_line        BYTEA,
    state               TEXT NOT NULL CHECK (state IN ('open', 'waiting', 'snoozed', 'closed', 'merged')),
    live                BIGINT NOT NULL CHECK (live IN (0, 1)),
    since               BIGINT NOT NULL,
    snoozed_until       BIGINT,
    disposition         TEXT,
    merged_into         TEXT,
    reopened            BIGINT NOT NULL,
    assignee            TEXT,
    work                TEXT,
    tags                TEXT NOT NULL,
    opened_at           BIGINT NOT NULL,
    version             BIGINT NOT NULL,
    last_number         BIGINT NOT NULL,
    last_at             BIGINT NOT NULL,
    last_message        BIGINT NOT NULL,
    waiting_since       BIGINT,
    customer_count      BIGINT NOT NULL,
    reply_count         BIGINT NOT NULL,
    customer_delivered  BIGINT NOT NULL,
    customer_read       BIGINT NOT NULL,
    customer_read_count BIGINT NOT NULL,
    staff_read          BIGINT NOT NULL,
    rating              BIGINT
);
CREATE UNIQUE INDEX conversation_opening ON conversation (customer, opening_key) WHERE opening_key IS NOT NULL;
CREATE INDEX conversation_customer ON conversation (customer, id);
CREATE INDEX conversation_live ON conversation (state, since, id) WHERE live = 1;
-- With the assignee, so that counting needs nothing but this.
CREATE INDEX conversation_queue ON conversation (queue, state, since, id, assignee) WHERE live = 1;
CREATE INDEX conversation_assignee ON conversation (assignee, state, since, id) WHERE live = 1;
CREATE INDEX conversation_snoozed ON conversation (snoozed_until) WHERE state = 'snoozed';
CREATE INDEX conversation_closed ON conversation (since, id) WHERE state = 'closed';
CREATE INDEX conversation_closed_queue ON conversation (queue, since, id) WHERE state = 'closed';
CREATE INDEX conversation_closed_assignee ON conversation (assignee, since, id) WHERE state = 'closed';
CREATE INDEX conversation_absorbed ON conversation (merged_into) WHERE state = 'merged';

-- `fact` holds ids and numbers only: what happened, who was mentioned, which file.
CREATE TABLE conversation_entry (
    conversation TEXT NOT NULL,
    number       BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    side         TEXT NOT NULL CHECK (side IN ('customer', 'staff', 'program', 'system')),
    author       TEXT,
    kind         TEXT NOT NULL CHECK (kind IN ('message', 'reply', 'note', 'attachment', 'happening')),
    form         TEXT NOT NULL CHECK (form IN ('none', 'sealed', 'end_to_end')),
    body         BYTEA,
    fact         TEXT,
    masked       BIGINT NOT NULL CHECK (masked IN (0, 1)),
    client_key   TEXT,
    origin       TEXT,
    moved_to     TEXT,
    PRIMARY KEY (conversation, number)
);
CREATE UNIQUE INDEX conversation_entry_key ON conversation_entry (conversation, side, client_key)
    WHERE client_key IS NOT NULL;

-- What a member of staff has read; `heard` counts the customer's entries up to there.
CREATE TABLE conversation_reader (
    conversation TEXT NOT NULL,
    staff        TEXT NOT NULL,
    number       BIGINT NOT NULL,
    heard        BIGINT NOT NULL,
    PRIMARY KEY (conversation, staff)
);

CREATE TABLE conversation_mention (
    staff        TEXT NOT NULL,
    conversation TEXT NOT NULL,
    number       BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    seen         BIGINT NOT NULL CHECK (seen IN (0, 1)),
    PRIMARY KEY (conversation, number, staff)
);
CREATE INDEX conversation_mention_staff ON conversation_mention (staff, at, conversation, number);
CREATE INDEX conversation_mention_unseen ON conversation_mention (staff) WHERE seen = 0;

-- Tags are kept with the conversation; this finds conversations by them, in the order of lists.
CREATE TABLE conversation_tag (
    tag          TEXT NOT NULL,
    state        TEXT NOT NULL,
    since        BIGINT NOT NULL,
    conversation TEXT NOT NULL,
    PRIMARY KEY (conversation, tag)
);
CREATE INDEX conversation_tag_list ON conversation_tag (tag, state, since, conversation);
CREATE TABLE conversation_tag_known (
    tag     TEXT PRIMARY KEY,
    used_at BIGINT NOT NULL
);

CREATE TABLE conversation_draft (
    conversation TEXT NOT NULL,
    staff        TEXT NOT NULL,
    body         BYTEA NOT NULL,
    at           BIGINT NOT NULL,
    PRIMARY KEY (conversation, staff)
);

-- Replies that can still be taken back.
CREATE TABLE conversation_held (
    id           TEXT PRIMARY KEY,
    conversation TEXT NOT NULL,
    staff        TEXT NOT NULL,
    body         BYTEA NOT NULL,
    client_key   TEXT NOT NULL,
    due          BIGINT NOT NULL,
    UNIQUE (conversation, client_key)
);
CREATE INDEX conversation_held_due ON conversation_held (due);

-- A file is complete when `ready` is 1; until then it is no entry and may be swept away.
-- Its bytes are sealed under the key of the customer of `sealed_for`, even where it was moved since.
CREATE TABLE conversation_attachment (
    id           TEXT PRIMARY KEY,
    conversation TEXT NOT NULL,
    sealed_for   TEXT NOT NULL,
    name         BYTEA NOT NULL,
    media_type   TEXT NOT NULL,
    size         BIGINT NOT NULL,
    ready        BIGINT NOT NULL CHECK (ready IN (0, 1)),
    created_at   BIGINT NOT NULL
);
CREATE INDEX conversation_attachment_of ON conversation_attachment (conversation);
CREATE INDEX conversation_attachment_unready ON conversation_attachment (created_at) WHERE ready = 0;
CREATE TABLE conversation_blob (
    attachment TEXT NOT NULL,
    piece      BIGINT NOT NULL,
    body       BYTEA NOT NULL,
    PRIMARY KEY (attachment, piece)
);

-- Conversations made one, and taken apart; `before` is what undoing needs.
CREATE TABLE conversation_merge (
    id      TEXT PRIMARY KEY,
    kind    TEXT NOT NULL CHECK (kind IN ('merge', 'split')),
    kept    TEXT NOT NULL,
    other   TEXT NOT NULL,
    at      BIGINT NOT NULL,
    before  TEXT NOT NULL,
    undone  BIGINT
);
CREATE INDEX conversation_merge_kept ON conversation_merge (kept);
CREATE INDEX conversation_merge_other ON conversation_merge (other);

-- The search index holds keyed hashes of words, never words. What a conversation put into it is kept beside,
-- so that erasing a customer can take it out again.
CREATE TABLE conversation_word (
    word         BYTEA NOT NULL,
    conversation TEXT NOT NULL,
    number       BIGINT NOT NULL,
    PRIMARY KEY (word, conversation)
);
CREATE TABLE conversation_words (
    conversation TEXT PRIMARY KEY,
    words        BYTEA NOT NULL,
    number       BIGINT NOT NULL
);

-- How far the index has come in the stream of events.
CREATE TABLE conversation_indexer (
    one    BIGINT PRIMARY KEY CHECK (one = 1),
    tx     BIGINT NOT NULL,
    number BIGINT NOT NULL
);
