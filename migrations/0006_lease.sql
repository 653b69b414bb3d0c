-- Who does what only one node may do at a time; a lease that is not renewed goes to another.
CREATE TABLE lease (
    name       TEXT PRIMARY KEY,
    holder     TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
