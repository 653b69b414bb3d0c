-- What happened, in the order consumers read it: (tx, number).
-- `tx` is PostgreSQL's transaction id, and 0 on SQLite, where commits are already in order.
CREATE TABLE event (
    number  BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    tx      BIGINT NOT NULL,
    id      TEXT NOT NULL,
    at      BIGINT NOT NULL,
    kind    TEXT NOT NULL,
    subject TEXT NOT NULL,
    data    TEXT NOT NULL
);
CREATE INDEX event_order ON event (tx, number);
