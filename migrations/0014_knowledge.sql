-- Articles and guides. A row is one text in one language; its revisions hold the text itself, whole, as it
-- was written. The columns here describe the newest revision; `published` is the one that readers see.
CREATE TABLE knowledge_article (
    id                TEXT PRIMARY KEY,
    slug              TEXT NOT NULL,
    -- 'mul' for guides, which hold all their languages.
    language          TEXT NOT NULL,
    kind              TEXT NOT NULL CHECK (kind IN ('faq', 'how-to', 'tutorial', 'manual', 'policy', 'procedure', 'macro', 'guide')),
    internal          BIGINT NOT NULL CHECK (internal IN (0, 1)),
    title             TEXT NOT NULL,
    topic             TEXT,
    owner             TEXT,
    review_at         BIGINT,
    state             TEXT NOT NULL CHECK (state IN ('draft', 'review', 'published', 'retired')),
    revision          BIGINT NOT NULL,
    published         BIGINT,
    published_at      BIGINT,
    -- What the published revision says, without its front matter: a change makes translations stale.
    published_digest  TEXT,
    -- What the text that this one translates said when it was translated.
    translates_digest TEXT,
    effective_from    BIGINT,
    effective_to      BIGINT,
    version           BIGINT NOT NULL,
    changed_at        BIGINT NOT NULL
);
CREATE UNIQUE INDEX knowledge_article_place ON knowledge_article (slug, language);
CREATE INDEX knowledge_article_review ON knowledge_article (review_at) WHERE review_at IS NOT NULL;
CREATE INDEX knowledge_article_from ON knowledge_article (effective_from) WHERE effective_from IS NOT NULL;
CREATE INDEX knowledge_article_to ON knowledge_article (effective_to) WHERE effective_to IS NOT NULL;

-- A revision is never changed or removed.
CREATE TABLE knowledge_revision (
    article TEXT NOT NULL REFERENCES knowledge_article (id),
    number  BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    by      TEXT NOT NULL,
    note    TEXT NOT NULL,
    digest  TEXT NOT NULL,
    source  TEXT NOT NULL,
    PRIMARY KEY (article, number)
);

-- Lists that the search uses, such as words that mean the same.
CREATE TABLE knowledge_list (
    name       TEXT PRIMARY KEY,
    source     TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);

-- Somebody found an article to be out of date.
CREATE TABLE knowledge_flag (
    article    TEXT NOT NULL REFERENCES knowledge_article (id),
    at         BIGINT NOT NULL,
    by         TEXT NOT NULL,
    note       TEXT NOT NULL,
    settled_at BIGINT,
    settled_by TEXT,
    PRIMARY KEY (article, at, by)
);
CREATE INDEX knowledge_flag_open ON knowledge_flag (at) WHERE settled_at IS NULL;

-- What was asked on a day: masked words, and counts. Nobody can be told from it.
CREATE TABLE knowledge_asked (
    day        BIGINT NOT NULL,
    language   TEXT NOT NULL,
    words      TEXT NOT NULL,
    asked      BIGINT NOT NULL,
    unanswered BIGINT NOT NULL,
    opened     BIGINT NOT NULL,
    PRIMARY KEY (day, language, words)
);

-- How often an article was read on a day, and what its readers said of it.
CREATE TABLE knowledge_read (
    day      BIGINT NOT NULL,
    slug     TEXT NOT NULL,
    language TEXT NOT NULL,
    seen     BIGINT NOT NULL,
    helped   BIGINT NOT NULL,
    not_helped BIGINT NOT NULL,
    PRIMARY KEY (day, slug, language)
);

-- One visit of the help, by the hash of a number its browser was given; kept for a day.
CREATE TABLE knowledge_visit (
    visit        TEXT PRIMARY KEY,
    at           BIGINT NOT NULL,
    searches     BIGINT NOT NULL,
    unanswered   BIGINT NOT NULL,
    articles     BIGINT NOT NULL,
    contacted_at BIGINT
);
CREATE INDEX knowledge_visit_at ON knowledge_visit (at);

-- What a visit said of an article, so that it counts once.
CREATE TABLE knowledge_vote (
    visit    TEXT NOT NULL,
    slug     TEXT NOT NULL,
    language TEXT NOT NULL,
    helped   BIGINT NOT NULL CHECK (helped IN (0, 1)),
    at       BIGINT NOT NULL,
    PRIMARY KEY (visit, slug, language)
);
CREATE INDEX knowledge_vote_at ON knowledge_vote (at);

-- Days of visits, added up.
CREATE TABLE knowledge_day (
    day                    BIGINT PRIMARY KEY,
    visits                 BIGINT NOT NULL,
    searched               BIGINT NOT NULL,
    unanswered             BIGINT NOT NULL,
    searched_and_contacted BIGINT NOT NULL,
    read_visits            BIGINT NOT NULL,
    read_and_contacted     BIGINT NOT NULL
);
