-- faces/desk: what members of staff keep for themselves. Names and what is searched for may name customers,
-- so they are sealed under the key of whoever keeps them.

CREATE TABLE desk_view (
    id       TEXT PRIMARY KEY,
    staff    TEXT NOT NULL,
    body     BYTEA NOT NULL,
    saved_at BIGINT NOT NULL
);
CREATE INDEX desk_view_staff ON desk_view (staff, id);
