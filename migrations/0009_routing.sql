-- core/routing: queues, who serves them, who is there, and the work that waits or is being done.

CREATE TABLE routing_queue (
    id         TEXT PRIMARY KEY,
    -- Where it stands in lists.
    place      BIGINT NOT NULL,
    settings   TEXT NOT NULL,
    version    BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

-- What a member of staff can do and how much at a time.
CREATE TABLE routing_agent (
    staff      TEXT PRIMARY KEY,
    profile    TEXT NOT NULL,
    version    BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE TABLE routing_member (
    queue      TEXT NOT NULL REFERENCES routing_queue (id),
    staff      TEXT NOT NULL REFERENCES routing_agent (staff),
    -- Only work of this urgency or above: 0 low, 1 normal, 2 high, 3 urgent.
    takes_from BIGINT NOT NULL CHECK (takes_from BETWEEN 0 AND 3),
    PRIMARY KEY (queue, staff)
);
CREATE INDEX routing_member_staff ON routing_member (staff);

-- What somebody chose to be, and whether their desk is there at all.
CREATE TABLE routing_presence (
    staff      TEXT PRIMARY KEY,
    chosen     TEXT NOT NULL CHECK (chosen IN ('available', 'busy', 'away', 'offline')),
    since      BIGINT NOT NULL,
    idle_since BIGINT NOT NULL,
    -- Offers in a row that went unanswered.
    missed     BIGINT NOT NULL,
    -- The desk is lost when nothing is heard of it until then.
    heard_until BIGINT NOT NULL,
    gone_since BIGINT
);
CREATE INDEX routing_presence_heard ON routing_presence (heard_until)
    WHERE gone_since IS NULL AND chosen <> 'offline';

-- Work that is not done. What is done leaves this table, so that it stays as small as the day's work.
CREATE TABLE routing_work (
    id            TEXT PRIMARY KEY,
    -- What it is about, such as the id of a conversation.
    subject       TEXT NOT NULL,
    channel       TEXT NOT NULL,
    queue         TEXT NOT NULL REFERENCES routing_queue (id),
    language      TEXT,
    needs         TEXT NOT NULL,
    urgency       BIGINT NOT NULL CHECK (urgency BETWEEN 0 AND 3),
    customer_need BIGINT NOT NULL CHECK (customer_need BETWEEN 0 AND 3),
    sticky        TEXT,
    state         TEXT NOT NULL CHECK (state IN ('waiting', 'offered', 'held', 'wrapping', 'paused')),
    -- Whom it lies before, who holds it, or who held it when it was paused.
    holder        TEXT,
    offer         TEXT,
    -- When the offer or the wrap-up ends.
    due_at        BIGINT,
    arrived_at    BIGINT NOT NULL,
    -- Since when the customer waits for an answer.
    waiting_since BIGINT NOT NULL,
    not_before    BIGINT,
    -- Since when it has been in this queue.
    queued_at     BIGINT NOT NULL,
    -- The steps of overflow that it has taken.
    overflowed    BIGINT NOT NULL,
    -- What is lower is next: when it began to wait, less what its urgency is worth.
    rank          BIGINT NOT NULL,
    -- When this stretch of waiting, being held, wrapped up or paused began.
    since         BIGINT NOT NULL,
    -- Microseconds that it waited and was held in stretches before.
    waited        BIGINT NOT NULL,
    handled       BIGINT NOT NULL,
    CHECK (state NOT IN ('offered', 'held', 'wrapping') OR holder IS NOT NULL),
    CHECK ((state = 'offered') = (offer IS NOT NULL))
);
-- A matter has one piece of work and so one owner; what is only being wrapped up is nobody's matter.
CREATE UNIQUE INDEX routing_work_subject ON routing_work (subject) WHERE state <> 'wrapping';
CREATE INDEX routing_work_waiting ON routing_work (queue, rank, id) WHERE state IN ('waiting', 'offered');
CREATE INDEX routing_work_holder ON routing_work (holder) WHERE state IN ('offered', 'held', 'wrapping');

-- Who was asked to take a piece of work and did not, and until when they are not asked again.
CREATE TABLE routing_pass (
    work  TEXT NOT NULL REFERENCES routing_work (id),
    staff TEXT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (work, staff)
);

-- What became of work: what estimates and reports read.
CREATE TABLE routing_done (
    id          TEXT PRIMARY KEY,
    subject     TEXT NOT NULL,
    channel     TEXT NOT NULL,
    queue       TEXT NOT NULL,
    language    TEXT,
    urgency     BIGINT NOT NULL,
    ending      TEXT NOT NULL CHECK (ending IN ('handled', 'abandoned')),
    holder      TEXT,
    arrived_at  BIGINT NOT NULL,
    finished_at BIGINT NOT NULL,
    -- Microseconds.
    waited      BIGINT NOT NULL,
    handled     BIGINT NOT NULL
);
CREATE INDEX routing_done_queue ON routing_done (queue, channel, finished_at);
