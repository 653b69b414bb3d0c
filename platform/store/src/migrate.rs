//! Migrations: one numbered sequence for both engines, embedded in the binary.
//!
//! A migration is never changed once it has been released; the database remembers the digest of each.

use kernel::{Fault, Refusal, Result};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use crate::tx::Tx;
use crate::{Engine, Store, dialect, params};

#[derive(RustEmbed)]
#[folder = "../../migrations"]
#[include = "*.sql"]
struct Files;

struct Migration {
    number: i64,
    name: String,
    sql: String,
    digest: String,
}

/// What a migration run did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// The names of the migrations that were applied now, in order.
    pub applied: Vec<String>,
    /// The number the database is at.
    pub at: i64,
}

/// How the database stands towards this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MigrationState {
    Current,
    /// So many migrations are still to be applied.
    Behind(usize),
}

impl Store {
    /// Brings the schema up to what this program expects: all of it or none of it.
    pub async fn migrate(&self) -> Result<Migrated> {
        let clock = self.clock().clone();
        self.write(move |tx| {
            if tx.engine() == Engine::Postgres {
                // Several nodes may start at once; the lock goes with the transaction.
                tx.query("SELECT CAST(pg_advisory_xact_lock(7305) AS TEXT)", params![], |_| Ok(()))?;
            }
            tx.batch(&dialect::schema(REGISTER, tx.engine()))?;
            let migrations = sequence()?;
            let done = check(tx, &migrations)?;
            let mut applied = Vec::new();
            for migration in migrations.iter().skip(done) {
                tx.batch(&dialect::schema(&migration.sql, tx.engine()))?;
                tx.execute(
                    "INSERT INTO migration (number, name, digest, applied_at) VALUES (?1, ?2, ?3, ?4)",
                    params![migration.number, migration.name, migration.digest, clock.now()],
                )?;
                applied.push(migration.name.clone());
            }
            Ok(Migrated { applied, at: i64::try_from(migrations.len())? })
        })
        .await
    }

    /// Whether the schema is what this program expects, without changing it.
    pub async fn migration_state(&self) -> Result<MigrationState> {
        self.read(|tx| {
            let migrations = sequence()?;
            let present = match tx.engine() {
                Engine::Sqlite => "SELECT name FROM sqlite_master WHERE name = 'migration'",
                Engine::Postgres => {
                    "SELECT CAST(tablename AS TEXT) FROM pg_tables \
                     WHERE tablename = 'migration' AND schemaname = current_schema()"
                }
            };
            if tx.query(present, params![], |_| Ok(()))?.is_empty() {
                return Ok(MigrationState::Behind(migrations.len()));
            }
            match migrations.len() - check(tx, &migrations)? {
                0 => Ok(MigrationState::Current),
                left => Ok(MigrationState::Behind(left)),
            }
        })
        .await
    }
}

const REGISTER: &str = "CREATE TABLE IF NOT EXISTS migration (
    number     BIGINT PRIMARY KEY,
    name       TEXT NOT NULL,
    digest     TEXT NOT NULL,
    applied_at BIGINT NOT NULL
);";

/// How many migrations are in; refuses a database that another program, or a newer one, has made.
fn check(tx: &mut Tx<'_>, migrations: &[Migration]) -> Result<usize> {
    let present: Vec<(i64, String)> =
        tx.query("SELECT number, digest FROM migration ORDER BY number", params![], |row| {
            Ok((row.take(0)?, row.take(1)?))
        })?;
    if present.len() > migrations.len() {
        return Err(Refusal::new("store.database_newer")
            .with("database", present.len())
            .with("program", migrations.len())
            .into());
    }
    for ((number, digest), migration) in present.iter().zip(migrations) {
        if *number != migration.number || *digest != migration.digest {
            return Err(Refusal::new("store.migration_differs").with("migration", &migration.name).into());
        }
    }
    Ok(present.len())
}

/// The embedded migrations in order; `0001_events.sql`, `0002_…` without a gap.
fn sequence() -> Result<Vec<Migration>> {
    let mut names: Vec<_> = Files::iter().collect();
    names.sort();
    let mut sequence = Vec::new();
    for (name, expected) in names.iter().zip(1_i64..) {
        let number = name.split('_').next().and_then(|number| number.parse().ok()).unwrap_or(0);
        if number != expected {
            return Err(Fault::new(format!("migration {name} should have number {expected}")).into());
        }
        let file = Files::get(name).ok_or_else(|| Fault::new(format!("migration {name} is gone")))?;
        let sql = String::from_utf8(file.data.into_owned())?;
        let digest = hex::encode(Sha256::digest(&sql));
        sequence.push(Migration { number, name: name.trim_end_matches(".sql").to_owned(), sql, digest });
    }
    Ok(sequence)
}
