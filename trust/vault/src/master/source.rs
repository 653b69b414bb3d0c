//! Where a master key is kept: a file only its owner can read, an environment variable, or a command that
//! prints it, which is how a key management service or a hardware module is attached.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::{Context, Refusal, Result};
use serde::Deserialize;
use wait_timeout::ChildExt;
use zeroize::Zeroizing;

use super::MasterKey;
use crate::cipher::{KeyBytes, random_key};

/// A key is 44 characters of base64 or 64 of hexadecimal; what is much longer is something else.
const LONGEST: u64 = 1024;
/// How long a command may take to print the key.
const PATIENCE: Duration = Duration::from_secs(30);

/// In configuration: `{ file = "…" }`, `{ environment = "…" }` or `{ command = ["program", "argument"] }`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    File(PathBuf),
    Environment(String),
    Command(Vec<String>),
}

impl Source {
    /// Reads the key, or says why it cannot be had.
    pub fn read(&self) -> Result<MasterKey> {
        let text = match self {
            Self::File(path) => read_file(path)?,
            Self::Environment(name) => Zeroizing::new(
                std::env::var(name)
                    .map_err(|_| Refusal::new("vault.key_variable_missing").with("name", name))?,
            ),
            Self::Command(words) => run(words, PATIENCE)?,
        };
        MasterKey::parse(&text)
    }
}

pub(super) fn parse(text: &str) -> Result<KeyBytes> {
    let text = text.trim();
    let bytes = Zeroizing::new(if text.len() == 64 {
        hex::decode(text).unwrap_or_default()
    } else {
        STANDARD.decode(text).unwrap_or_default()
    });
    let key = bytes.as_slice().try_into().map_err(|_| Refusal::new("vault.key_malformed"))?;
    Ok(Zeroizing::new(key))
}

/// Makes a new key in a new file that only its owner can read. An existing file is left alone.
pub fn generate_file(path: &Path) -> Result<MasterKey> {
    let key = random_key()?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => refusal("vault.key_file_exists", path).into(),
        _ => kernel::Error::from(error),
    })?;
    let mut text = Zeroizing::new(STANDARD.encode(key.as_slice()));
    text.push('\n');
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).context("writing the key file")?;
    #[cfg(unix)]
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        File::open(folder).and_then(|folder| folder.sync_all()).context("keeping the key file")?;
    }
    MasterKey::new(&key)
}

fn refusal(code: &'static str, path: &Path) -> Refusal {
    Refusal::new(code).with("path", path.display())
}

fn read_file(path: &Path) -> Result<Zeroizing<String>> {
    let file =
        File::open(path).map_err(|error| refusal("vault.key_file_missing", path).with("why", error))?;
    let metadata = file.metadata().context("looking at the key file")?;
    if !metadata.is_file() {
        return Err(refusal("vault.key_file_missing", path).with("why", "not a file").into());
    }
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0 {
        return Err(refusal("vault.key_file_open_to_others", path).into());
    }
    let mut text = Zeroizing::new(String::new());
    file.take(LONGEST).read_to_string(&mut text).map_err(|_| Refusal::new("vault.key_malformed"))?;
    Ok(text)
}

/// Runs a command without a shell. What it says on its error stream goes to ours, for the operator.
fn run(words: &[String], patience: Duration) -> Result<Zeroizing<String>> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(Refusal::new("vault.key_command_failed").with("why", "no program is named").into());
    };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| failed(&error.to_string()))?;
    let printed = collect(&mut child, patience);
    if printed.is_err() {
        // It may have ended by itself meanwhile.
        let _ = child.kill();
        let _ = child.wait();
    }
    printed
}

fn collect(child: &mut Child, patience: Duration) -> Result<Zeroizing<String>> {
    let Some(pipe) = child.stdout.take() else {
        return Err(failed("it has no output").into());
    };
    let (sender, receiver) = mpsc::channel();
    // Read beside the wait: a program that keeps its output open must not hold up the start for ever.
    thread::spawn(move || {
        let mut text = Zeroizing::new(String::new());
        let read = pipe.take(LONGEST).read_to_string(&mut text).map(|_| text);
        let _ = sender.send(read);
    });
    let slow = || Refusal::new("vault.key_command_slow").with("seconds", patience.as_secs());
    let text = receiver.recv_timeout(patience).map_err(|_| slow())?;
    let status = child.wait_timeout(patience).context("waiting for the key command")?.ok_or_else(slow)?;
    if !status.success() {
        return Err(failed(&status.to_string()).into());
    }
    text.map_err(|_| Refusal::new("vault.key_malformed").into())
}

fn failed(why: &str) -> Refusal {
    Refusal::new("vault.key_command_failed").with("why", why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(words: &[&str]) -> Result<Zeroizing<String>> {
        run(&words.iter().map(ToString::to_string).collect::<Vec<_>>(), Duration::from_millis(300))
    }

    fn code<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
        result.unwrap_err().refusal_code().unwrap()
    }

    #[test]
    fn a_key_is_base64_or_hexadecimal_and_nothing_else() {
        let hexadecimal = MasterKey::parse(&format!("  {}\n", "ab".repeat(32))).unwrap();
        let base64 = MasterKey::parse(&STANDARD.encode([0xab; 32])).unwrap();
        assert_eq!(hexadecimal.id(), base64.id());
        for bad in ["", "secret", &"ab".repeat(31), &"zz".repeat(32), &STANDARD.encode([1; 33])] {
            assert_eq!(code(MasterKey::parse(bad)), "vault.key_malformed", "{bad}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_generated_file_is_readable_by_its_owner_alone_and_never_overwritten() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let made = generate_file(&path).unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(Source::File(path.clone()).read().unwrap().id(), made.id());
        assert_eq!(code(generate_file(&path)), "vault.key_file_exists");
        for mode in [0o640, 0o604, 0o660, 0o644] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(code(Source::File(path.clone()).read()), "vault.key_file_open_to_others");
        }
    }

    #[test]
    fn a_missing_file_or_variable_is_refused_with_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(code(Source::File(folder.path().join("none")).read()), "vault.key_file_missing");
        assert_eq!(code(Source::File(folder.path().into()).read()), "vault.key_file_missing");
        let variable = Source::Environment("SWITCHBOARD_NO_SUCH_KEY".into());
        assert_eq!(code(variable.read()), "vault.key_variable_missing");
        // A variable that is there but holds no key: every test run has a search path.
        assert_eq!(code(Source::Environment("PATH".into()).read()), "vault.key_malformed");
    }

    #[cfg(unix)]
    #[test]
    fn a_command_that_prints_the_key_is_believed_and_one_that_fails_or_dawdles_is_not() {
        let printed = command(&["echo", &"cd".repeat(32)]).unwrap();
        assert_eq!(
            MasterKey::parse(&printed).unwrap().id(),
            MasterKey::parse(&"cd".repeat(32)).unwrap().id()
        );
        assert_eq!(code(command(&["false"])), "vault.key_command_failed");
        assert_eq!(code(command(&["/no/such/program"])), "vault.key_command_failed");
        assert_eq!(code(command(&[])), "vault.key_command_failed");
        assert_eq!(code(command(&["sleep", "5"])), "vault.key_command_slow");
        assert_eq!(code(command(&["sh", "-c", "exec 1>&-; sleep 5"])), "vault.key_command_slow");
        assert_eq!(code(command(&["yes"])), "vault.key_command_failed", "endless output is cut off");
    }

    #[test]
    fn configuration_names_a_source() {
        let source: Source = serde_json::from_str(r#"{ "command": ["kms", "print"] }"#).unwrap();
        assert_eq!(source, Source::Command(vec!["kms".into(), "print".into()]));
    }
}
