//! Directory files, and the other ways of naming a directory on the command line.

use std::path::Path;
use std::sync::Arc;

use ::directory::{Directories, Directory, Finding, Published, has_errors, read_moment};
use jiff::tz::TimeZone;
use kernel::{Error, Refusal, Result};

/// More than any directory needs; what is larger is something else.
const LARGEST: u64 = 4 << 20;

/// Reads a directory file; what is wrong in it comes back as findings.
pub(super) fn load(path: &Path) -> Result<Result<Directory, Vec<Finding>>> {
    let name = path.display().to_string();
    let refused =
        |reason: String| Refusal::new("cli.file_unreadable").with("file", &name).with("reason", reason);
    let size = std::fs::metadata(path).map_err(|error| refused(error.to_string()))?.len();
    if size > LARGEST {
        return Err(Refusal::new("cli.file_too_large").with("file", &name).with("mib", LARGEST >> 20).into());
    }
    let text = std::fs::read_to_string(path).map_err(|error| refused(error.to_string()))?;
    Ok(Directory::load(&text, &name))
}

/// Reads a directory file that has to be without errors.
pub(crate) fn sound(path: &Path) -> Result<Directory> {
    let unsound = |findings: &[Finding]| {
        let first = findings.first().map(ToString::to_string).unwrap_or_default();
        Refusal::new("cli.directory_unsound").with("file", path.display()).with("first", first)
    };
    let directory = load(path)?.map_err(|findings| unsound(&findings))?;
    let findings = directory.check();
    if has_errors(&findings) { Err(unsound(&findings).into()) } else { Ok(directory) }
}

/// A directory named on the command line.
pub(super) enum Side {
    File(Box<Directory>),
    Edition(Arc<Published>),
}

impl Side {
    pub(super) fn directory(&self) -> &Directory {
        match self {
            Self::File(directory) => directory,
            Self::Edition(published) => &published.directory,
        }
    }
}

/// A file if there is one of that name; else an edition by its id; else the one in force at that moment.
pub(super) async fn side(directories: &Directories, named: &str) -> Result<Side> {
    let path = Path::new(named);
    if path.exists() {
        return Ok(Side::File(Box::new(sound(path)?)));
    }
    if let Ok(id) = named.parse() {
        return Ok(Side::Edition(directories.edition(&id).await?));
    }
    let moment = read_moment(named, &home(directories).await?)
        .map_err(|_| Refusal::new("cli.no_such_directory").with("named", named))?;
    Ok(Side::Edition(directories.at(moment, None).await?))
}

/// The zone of the institution, by which moments without an offset are read.
pub(super) async fn home(directories: &Directories) -> Result<TimeZone> {
    match directories.editions().last() {
        Some(newest) => Ok(directories.edition(&newest.id).await?.directory.institution.zone.clone()),
        None => Err(Error::from(Refusal::new("directory.nothing_recorded"))),
    }
}

/// Who runs the command, as far as the system says.
pub(crate) fn account() -> String {
    let names = ["SUDO_USER", "USER", "LOGNAME"];
    names.iter().find_map(|name| std::env::var(name).ok()).unwrap_or_else(|| "command line".to_owned())
}
