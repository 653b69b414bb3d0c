//! The checks, in the order a newcomer would want to fix them.

use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use kernel::{Clock, Result, SystemClock};
use staff::Policies;
use store::{MigrationState, Store};
use tokio::net::TcpListener;

use super::Finding;
use crate::directory::sound;
use crate::parts::POLICIES;
use crate::vault_keys::can_open;
use crate::{Settings, open};

/// Less free space than this and the centre may stop storing within a day.
const LEAST_FREE: u64 = 1 << 30;
/// Two clocks that differ by more than this make deadlines doubtful.
const MOST_SKEW_SECONDS: i64 = 5;
/// Before this the clock was certainly never set (2026-01-01).
const EARLIEST_SECOND: i64 = 1_767_225_600;

pub(super) async fn all(settings: &Settings) -> Vec<Finding> {
    let mut findings = vec![data_folder(&settings.data)];
    findings.push(disk(&settings.data));
    match open(settings).await {
        Ok(store) => {
            findings.extend(database(&store).await);
            findings.push(clock(&store).await);
            findings.push(vault(settings, &store).await);
            // A store that does not close cleanly has been reported by the checks above.
            let _ = store.close().await;
        }
        Err(error) => {
            findings.push(Finding::bad("doctor-database-unreachable").because("reason", error));
        }
    }
    findings.push(port(settings).await);
    findings.extend(institution(settings.institution.as_deref()));
    findings
}

fn shown(instant: Timestamp) -> String {
    instant.strftime("%F %T UTC").to_string()
}

fn data_folder(folder: &Path) -> Finding {
    let shown = folder.display();
    let written = std::fs::create_dir_all(folder).and_then(|()| {
        let probe = folder.join(".doctor");
        std::fs::File::create(&probe)?.write_all(b"probe")?;
        std::fs::remove_file(probe)
    });
    match written {
        Ok(()) => Finding::good("doctor-data-writable").with("folder", shown),
        Err(error) => Finding::bad("doctor-data-not-writable").with("folder", shown).with("reason", error),
    }
}

fn disk(folder: &Path) -> Finding {
    match fs4::available_space(folder) {
        Ok(free) => {
            let finding = if free < LEAST_FREE {
                Finding::warning("doctor-disk-low")
            } else {
                Finding::good("doctor-disk-free")
            };
            finding.with("free", format!("{} MiB", free >> 20))
        }
        Err(error) => Finding::warning("doctor-disk-unknown").with("reason", error),
    }
}

#[allow(clippy::redundant_closure_for_method_calls)] // the methods alone are not general enough
async fn database(store: &Store) -> Vec<Finding> {
    let engine = store.engine();
    let mut findings = Vec::new();
    match store.read(|tx| tx.health()).await {
        Ok(health) => findings.push(match health.damage {
            None => Finding::good("doctor-database").with("engine", engine).with("version", health.version),
            Some(damage) => Finding::bad("doctor-database-damaged").with("damage", damage),
        }),
        Err(error) => findings.push(Finding::bad("doctor-database-damaged").because("damage", error)),
    }
    findings.push(match store.migration_state().await {
        Ok(MigrationState::Current) => Finding::good("doctor-schema-current"),
        Ok(MigrationState::Behind(left)) => Finding::warning("doctor-schema-behind").with("left", left),
        Err(error) => Finding::bad("doctor-schema-foreign").because("reason", error),
    });
    findings
}

#[allow(clippy::redundant_closure_for_method_calls)]
async fn clock(store: &Store) -> Finding {
    let now = SystemClock.now();
    if now.as_second() < EARLIEST_SECOND {
        return Finding::bad("doctor-clock-unset").with("now", shown(now));
    }
    let readings: Result<_> = store
        .read(|tx| {
            let newest = tx.newest_event().unwrap_or(None);
            Ok((tx.health()?.server_time, newest))
        })
        .await;
    let Ok((server, newest)) = readings else {
        // Before the first migration there is nothing to compare with.
        return Finding::good("doctor-clock").with("now", shown(now));
    };
    if let Some(newest) = newest.filter(|newest| newest.as_second() > now.as_second() + MOST_SKEW_SECONDS) {
        return Finding::bad("doctor-clock-backwards").with("now", shown(now)).with("newest", shown(newest));
    }
    if let Some(server) = server {
        let skew = server.as_second() - now.as_second();
        if skew.abs() > MOST_SKEW_SECONDS {
            return Finding::warning("doctor-clock-skewed").with("seconds", skew);
        }
    }
    Finding::good("doctor-clock").with("now", shown(now))
}

/// Whether what is encrypted can be read, without making or changing a key.
async fn vault(settings: &Settings, store: &Store) -> Finding {
    match can_open(settings, store).await {
        Ok(true) => Finding::good("doctor-vault"),
        Ok(false) => Finding::good("doctor-vault-new"),
        Err(error) => Finding::bad("doctor-vault-closed").because("reason", error),
    }
}

async fn port(settings: &Settings) -> Finding {
    let address = settings.listen;
    match TcpListener::bind(address).await {
        Ok(_) => Finding::good("doctor-port-free").with("address", address),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            Finding::warning("doctor-port-taken").with("address", address)
        }
        Err(error) => Finding::bad("doctor-port-refused").with("address", address).with("reason", error),
    }
}

/// What the institution's folder holds: its directory without errors, and policies that are valid.
fn institution(folder: Option<&Path>) -> Vec<Finding> {
    let Some(folder) = folder else { return vec![Finding::warning("doctor-institution-none")] };
    let file: PathBuf = folder.join("directory.toml");
    if !file.is_file() {
        return vec![Finding::bad("doctor-institution-missing").with("file", file.display())];
    }
    let directory = match sound(&file) {
        Ok(_) => Finding::good("doctor-institution").with("folder", folder.display()),
        Err(error) => Finding::bad("doctor-institution-unsound").because("reason", error),
    };
    let policies = match Policies::load(&folder.join(POLICIES)) {
        Ok(_) => Finding::good("doctor-policies"),
        Err(error) => Finding::bad("doctor-policies-wrong").because("reason", error),
    };
    vec![directory, policies]
}
