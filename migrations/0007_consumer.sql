-- How far each durable consumer of events has come.
CREATE TABLE consumer (
    name   TEXT PRIMARY KEY,
    tx     BIGINT NOT NULL,
    number BIGINT NOT NULL
);
-- Events that a consumer could not take and has left behind, with the reason.
CREATE TABLE consumer_failure (
    consumer TEXT NOT NULL,
    event    TEXT NOT NULL,
    at       BIGINT NOT NULL,
    reason   TEXT NOT NULL,
    PRIMARY KEY (consumer, event)
);
