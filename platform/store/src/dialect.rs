//! The one SQL text, rewritten for the engine at hand.
//!
//! Statements are written with `?1`, and schemas with PostgreSQL's type names. Text inside quotes and
//! comments is left alone.

use crate::Engine;

/// A piece of SQL text: something quoted or commented, a word, or anything else.
enum Piece<'a> {
    Verbatim(&'a str),
    Word(&'a str),
    Other(&'a str),
}

/// Rewrites a statement's placeholders: `?1` becomes `$1` on PostgreSQL.
pub(crate) fn statement(sql: &str, engine: Engine) -> String {
    match engine {
        Engine::Sqlite => sql.to_owned(),
        Engine::Postgres => pieces(sql)
            .map(|piece| match piece {
                Piece::Verbatim(text) | Piece::Word(text) => text.to_owned(),
                Piece::Other(text) => text.replace('?', "$"),
            })
            .collect(),
    }
}

/// Rewrites a migration: strict tables with SQLite's own types, or text that sorts by bytes on PostgreSQL,
/// so that both engines hold, order and refuse the same things.
pub(crate) fn schema(sql: &str, engine: Engine) -> String {
    match engine {
        Engine::Postgres => words(sql, |word| match word {
            "TEXT" => Some("TEXT COLLATE \"C\""),
            _ => None,
        }),
        Engine::Sqlite => {
            let identity = "INTEGER PRIMARY KEY AUTOINCREMENT";
            let sql = sql.replace("BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY", identity);
            let typed = words(&sql, |word| match word {
                "BIGINT" => Some("INTEGER"),
                "BYTEA" => Some("BLOB"),
                "DOUBLE" => Some("REAL"),
                "PRECISION" => Some(""),
                _ => None,
            });
            // By house rule a CREATE TABLE ends with `);` at the start of a line, and nothing else does.
            typed.replace("\n);", "\n) STRICT;")
        }
    }
}

fn words(sql: &str, rename: impl Fn(&str) -> Option<&'static str>) -> String {
    pieces(sql)
        .map(|piece| match piece {
            Piece::Verbatim(text) | Piece::Other(text) => text,
            Piece::Word(word) => rename(word).unwrap_or(word),
        })
        .collect()
}

fn pieces(mut rest: &str) -> impl Iterator<Item = Piece<'_>> {
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let is_quoted = matches!(first, '\'' | '"');
        let is_comment = rest.starts_with("--");
        let length = if is_quoted {
            closing(rest, first)
        } else if is_comment {
            rest.find('\n').map_or(rest.len(), |end| end + 1)
        } else if is_word(first) {
            rest.find(|c| !is_word(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (text, after) = rest.split_at(length);
        rest = after;
        Some(if is_quoted || is_comment {
            Piece::Verbatim(text)
        } else if is_word(first) {
            Piece::Word(text)
        } else {
            Piece::Other(text)
        })
    })
}

/// The length of a quoted run; a doubled quote reads as two runs side by side, which comes to the same.
fn closing(text: &str, quote: char) -> usize {
    text.char_indices().skip(1).find(|(_, c)| *c == quote).map_or(text.len(), |(at, c)| at + c.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_rewritten_only_where_they_are_placeholders() {
        let sql = "SELECT '?1', \"a?2\", b FROM t -- why ?3\nWHERE c = ?2 AND d = ?10";
        assert_eq!(
            statement(sql, Engine::Postgres),
            "SELECT '?1', \"a?2\", b FROM t -- why ?3\nWHERE c = $2 AND d = $10"
        );
        assert_eq!(statement(sql, Engine::Sqlite), sql);
    }

    #[test]
    fn schemas_become_strict_on_sqlite_and_byte_ordered_on_postgres() {
        let sql = "CREATE TABLE t (\n n BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,\n b BYTEA, s TEXT DEFAULT 'TEXT it''s', r DOUBLE PRECISION\n);";
        assert_eq!(
            schema(sql, Engine::Sqlite),
            "CREATE TABLE t (\n n INTEGER PRIMARY KEY AUTOINCREMENT,\n b BLOB, s TEXT DEFAULT 'TEXT it''s', r REAL \n) STRICT;"
        );
        assert!(schema(sql, Engine::Postgres).contains("s TEXT COLLATE \"C\" DEFAULT 'TEXT it''s'"));
    }
}
