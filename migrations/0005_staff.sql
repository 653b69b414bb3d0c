-- trust/staff: the people who work here, how they sign in, their sessions, and what they looked at.
-- What names or describes a person is sealed with the member's own key; look-ups are keyed hashes.
CREATE TABLE staff_member (
    id         TEXT PRIMARY KEY,
    name       BYTEA NOT NULL,
    email      BYTEA NOT NULL,
    email_hash BYTEA NOT NULL,
    status     TEXT NOT NULL CHECK (status IN ('active', 'suspended', 'left')),
    language   TEXT NOT NULL,
    theme      TEXT NOT NULL CHECK (theme IN ('system', 'light', 'dark', 'high_contrast')),
    version    BIGINT NOT NULL,
    added_at   BIGINT NOT NULL
);
-- Whoever left may come back as somebody new.
CREATE UNIQUE INDEX staff_member_email ON staff_member (email_hash) WHERE status <> 'left';

CREATE TABLE staff_role (
    member TEXT NOT NULL REFERENCES staff_member (id),
    role   TEXT NOT NULL CHECK (role IN ('representative', 'supervisor', 'administrator', 'compliance_officer')),
    PRIMARY KEY (member, role)
);
CREATE INDEX staff_role_members ON staff_role (role, member);

CREATE TABLE staff_password (
    member TEXT PRIMARY KEY REFERENCES staff_member (id),
    hash   BYTEA NOT NULL,
    set_at BIGINT NOT NULL
);

CREATE TABLE staff_totp (
    member    TEXT PRIMARY KEY REFERENCES staff_member (id),
    secret    BYTEA NOT NULL,
    -- A code of this step or an earlier one is used up.
    last_step BIGINT NOT NULL,
    added_at  BIGINT NOT NULL
);

CREATE TABLE staff_recovery_code (
    code   BYTEA PRIMARY KEY,
    member TEXT NOT NULL REFERENCES staff_member (id)
);
CREATE INDEX staff_recovery_code_member ON staff_recovery_code (member);

CREATE TABLE staff_passkey (
    id         TEXT PRIMARY KEY,
    member     TEXT NOT NULL REFERENCES staff_member (id),
    credential BYTEA NOT NULL UNIQUE,
    passkey    BYTEA NOT NULL,
    label      BYTEA NOT NULL,
    added_at   BIGINT NOT NULL,
    used_at    BIGINT
);
CREATE INDEX staff_passkey_member ON staff_passkey (member, added_at, id);

-- One-time links, by the hash of their token. A used one is gone.
CREATE TABLE staff_link (
    hash       BYTEA PRIMARY KEY,
    member     TEXT NOT NULL REFERENCES staff_member (id),
    method     TEXT NOT NULL CHECK (method IN ('link', 'demonstration')),
    expires_at BIGINT NOT NULL
);
CREATE INDEX staff_link_member ON staff_link (member);

-- Sign-ins and set-ups under way, for minutes.
CREATE TABLE staff_ceremony (
    hash       BYTEA PRIMARY KEY,
    kind       TEXT NOT NULL,
    member     TEXT REFERENCES staff_member (id),
    state      BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX staff_ceremony_expiry ON staff_ceremony (expires_at);
CREATE INDEX staff_ceremony_kind ON staff_ceremony (kind, member);

-- Accounts at the institution's sign-in provider.
CREATE TABLE staff_identity (
    identity  BYTEA PRIMARY KEY,
    member    TEXT NOT NULL UNIQUE REFERENCES staff_member (id),
    linked_at BIGINT NOT NULL
);

CREATE TABLE staff_session (
    id           TEXT PRIMARY KEY,
    hash         BYTEA NOT NULL UNIQUE,
    member       TEXT NOT NULL REFERENCES staff_member (id),
    method       TEXT NOT NULL
        CHECK (method IN ('passkey', 'password', 'recovery', 'provider', 'link', 'demonstration')),
    place        BYTEA NOT NULL,
    signed_in_at BIGINT NOT NULL,
    seen_at      BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL
);
CREATE INDEX staff_session_member ON staff_session (member, signed_in_at);

-- Sessions that rest on the provider's word, and when it is asked again.
CREATE TABLE staff_provider_session (
    session          TEXT PRIMARY KEY REFERENCES staff_session (id),
    identity         BYTEA NOT NULL,
    provider_session BYTEA,
    tokens           BYTEA NOT NULL,
    check_at         BIGINT NOT NULL,
    good_at          BIGINT NOT NULL
);
CREATE INDEX staff_provider_session_due ON staff_provider_session (check_at, session);
CREATE INDEX staff_provider_session_identity ON staff_provider_session (identity);
CREATE INDEX staff_provider_session_provider ON staff_provider_session (provider_session);

-- Devices that somebody has signed in from, by the hash of their cookie.
CREATE TABLE staff_device (
    hash       BYTEA PRIMARY KEY,
    member     TEXT NOT NULL REFERENCES staff_member (id),
    expires_at BIGINT NOT NULL
);

-- Counts of attempts, in thousandths, under keyed hashes of whose they are.
CREATE TABLE staff_attempt (
    bucket  BYTEA PRIMARY KEY,
    level   BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);

-- Who revealed a field of whom lately, for counting. The audit trail is what lasts.
CREATE TABLE staff_reveal (
    number  BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    member  TEXT NOT NULL REFERENCES staff_member (id),
    at      BIGINT NOT NULL,
    subject TEXT NOT NULL,
    field   TEXT NOT NULL
);
CREATE INDEX staff_reveal_lately ON staff_reveal (member, at);

CREATE TABLE staff_alert (
    id        TEXT PRIMARY KEY,
    member    TEXT NOT NULL REFERENCES staff_member (id),
    raised_at BIGINT NOT NULL,
    people    BIGINT NOT NULL,
    seen_at   BIGINT,
    seen_by   TEXT REFERENCES staff_member (id)
);
CREATE INDEX staff_alert_open ON staff_alert (member) WHERE seen_at IS NULL;
