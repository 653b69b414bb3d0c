//! What the database's schema really is, in words both engines share, so that a test can compare them.

use std::collections::BTreeMap;

use kernel::{Fault, Result};

use crate::tx::Tx;
use crate::{Engine, params};

/// Tables by name.
pub type Schema = BTreeMap<String, Table>;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// In the order they were declared.
    pub columns: Vec<Column>,
    pub indexes: BTreeMap<String, Index>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    /// `integer`, `text`, `bytes` or `real`.
    pub holds: String,
    pub required: bool,
}

/// An index that was declared by name; those of primary keys and unique columns are shown by their columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    pub columns: Vec<String>,
    pub unique: bool,
    pub partial: bool,
}

impl Tx<'_> {
    /// Reads the schema back from the database.
    pub fn schema(&mut self) -> Result<Schema> {
        let (tables, columns, indexes) = match self.engine() {
            Engine::Sqlite => (SQLITE_TABLES, SQLITE_COLUMNS, SQLITE_INDEXES),
            Engine::Postgres => (POSTGRES_TABLES, POSTGRES_COLUMNS, POSTGRES_INDEXES),
        };
        let names: Vec<String> = self.query(tables, params![], |row| row.take(0))?;
        let mut schema = Schema::new();
        for name in names {
            let columns = self.query(columns, params![name], |row| {
                let kind: String = row.take(1)?;
                Ok(Column { name: row.take(0)?, holds: holds(&kind)?.into(), required: row.take(2)? })
            })?;
            let rows: Vec<(String, bool, bool, String)> = self.query(indexes, params![name], |row| {
                Ok((row.take(0)?, row.take(1)?, row.take(2)?, row.take(3)?))
            })?;
            let mut indexes: BTreeMap<String, Index> = BTreeMap::new();
            for (index, unique, partial, column) in rows {
                let empty = || Index { columns: Vec::new(), unique, partial };
                indexes.entry(index).or_insert_with(empty).columns.push(column);
            }
            let indexes = indexes.into_iter().map(|(name, index)| (neutral(name, &index), index)).collect();
            schema.insert(name, Table { columns, indexes });
        }
        Ok(schema)
    }
}

fn holds(kind: &str) -> Result<&'static str> {
    match kind {
        "INTEGER" | "bigint" => Ok("integer"),
        "TEXT" | "text" => Ok("text"),
        "BLOB" | "bytea" => Ok("bytes"),
        "REAL" | "double precision" => Ok("real"),
        other => Err(Fault::new(format!("a column of type {other}, which the engines do not share")).into()),
    }
}

/// Engines invent different names for the indexes behind keys.
fn neutral(name: String, index: &Index) -> String {
    let invented = name.starts_with("sqlite_autoindex_") || name.ends_with("_pkey") || name.ends_with("_key");
    if invented { format!("key ({})", index.columns.join(", ")) } else { name }
}

const SQLITE_TABLES: &str = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
const SQLITE_COLUMNS: &str =
    "SELECT name, type, \"notnull\" OR pk > 0 FROM pragma_table_info(?1) ORDER BY cid";
// A rowid key has no index of its own in SQLite; it is shown as if it had one, as PostgreSQL does.
const SQLITE_INDEXES: &str = "SELECT l.name, l.\"unique\", l.partial, i.name AS column_name
    FROM pragma_index_list(?1) AS l, pragma_index_info(l.name) AS i
    UNION ALL
    SELECT 'rowid_pkey', 1, 0, t.name FROM pragma_table_info(?1) AS t
    WHERE t.pk = 1 AND NOT EXISTS (SELECT 1 FROM pragma_index_list(?1) WHERE origin = 'pk')";
const POSTGRES_TABLES: &str =
    "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename";
const POSTGRES_COLUMNS: &str = "SELECT CAST(attname AS TEXT), format_type(atttypid, NULL), attnotnull
    FROM pg_attribute
    WHERE attrelid = CAST(CAST(?1 AS TEXT) AS REGCLASS) AND attnum > 0 AND NOT attisdropped ORDER BY attnum";
const POSTGRES_INDEXES: &str =
    "SELECT CAST(c.relname AS TEXT), x.indisunique, x.indpred IS NOT NULL, CAST(a.attname AS TEXT)
    FROM pg_index x
    JOIN pg_class c ON c.oid = x.indexrelid
    JOIN LATERAL unnest(CAST(x.indkey AS SMALLINT[])) WITH ORDINALITY AS k (attnum, place) ON true
    JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.attnum
    WHERE x.indrelid = CAST(CAST(?1 AS TEXT) AS REGCLASS) ORDER BY c.relname, k.place";
