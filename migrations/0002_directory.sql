-- Editions of the contact directory, dated twice: when each holds in the world, and when it was recorded.
-- An edition is never changed or removed; a later one with the same or an overlapping validity goes before it.
CREATE TABLE directory_edition (
    id          TEXT PRIMARY KEY,
    institution TEXT NOT NULL,
    valid_from  BIGINT NOT NULL,
    valid_to    BIGINT,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    note        TEXT NOT NULL,
    digest      TEXT NOT NULL,
    source      TEXT NOT NULL
);
CREATE INDEX directory_edition_validity ON directory_edition (valid_from, recorded_at);
