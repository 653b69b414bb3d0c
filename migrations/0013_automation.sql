-- core/automation: prepared replies, macros and rules; and what rules did.
-- Prepared: a canned reply or a macro. What is no longer used is retired, because macros and rules name it.
CREATE TABLE automation_prepared (
    id         TEXT PRIMARY KEY,
    sort       TEXT NOT NULL CHECK (sort IN ('reply', 'macro')),
    shortcut   TEXT NOT NULL,
    name       TEXT NOT NULL,
    body       TEXT NOT NULL,
    scope      TEXT NOT NULL CHECK (scope IN ('everyone', 'queue', 'own')),
    -- The queue or the owner.
    whose      TEXT NOT NULL,
    version    BIGINT NOT NULL,
    uses       BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    retired_at BIGINT
);
CREATE UNIQUE INDEX automation_prepared_shortcut ON automation_prepared (sort, scope, whose, shortcut)
    WHERE retired_at IS NULL;

CREATE TABLE automation_rule (
    id         TEXT PRIMARY KEY,
    place      BIGINT NOT NULL,
    is_on      BIGINT NOT NULL CHECK (is_on IN (0, 1)),
    -- What happened before does not set it off.
    on_since   BIGINT,
    version    BIGINT NOT NULL,
    body       TEXT NOT NULL,
    retired_at BIGINT
);
CREATE TABLE automation_rule_version (
    rule        TEXT NOT NULL REFERENCES automation_rule (id),
    version     BIGINT NOT NULL,
    body        TEXT NOT NULL,
    author_kind TEXT NOT NULL,
    author      TEXT NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (rule, version)
);
-- Grows with every change of a rule, so that nodes know when to read them again.
CREATE TABLE automation_revision (
    name   TEXT PRIMARY KEY,
    number BIGINT NOT NULL
);

-- A rule that was set off: first decided, then carried out. One cause sets a rule off once.
CREATE TABLE automation_run (
    number       BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    cause        TEXT NOT NULL,
    rule         TEXT NOT NULL REFERENCES automation_rule (id),
    version      BIGINT NOT NULL,
    conversation TEXT NOT NULL,
    -- The entry whose words set it off.
    entry        BIGINT,
    decided_at   BIGINT NOT NULL,
    outcome      TEXT NOT NULL CHECK (outcome IN ('pending', 'done', 'moot', 'refused', 'failed', 'too_many')),
    code         TEXT,
    UNIQUE (cause, rule)
);
CREATE INDEX automation_run_pending ON automation_run (number) WHERE outcome = 'pending';
CREATE INDEX automation_run_rule ON automation_run (rule, number);
CREATE INDEX automation_run_conversation ON automation_run (conversation, decided_at);
CREATE INDEX automation_run_age ON automation_run (decided_at);
