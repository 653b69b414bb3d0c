//! Running other programs so that none outlives us: on an interrupt it is passed on, awaited, and every
//! guard up the stack still gets to clean up.

use std::io::{IsTerminal as _, Write as _, stderr, stdin};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering::SeqCst};
use std::time::Instant;

use anyhow::{Context as _, Result, bail, ensure};
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// What an interrupt is passed on to: a process, or a group when negative, or nobody when 0.
static RUNNING: AtomicI32 = AtomicI32::new(0);

/// From here on Ctrl-C, SIGTERM and SIGHUP end the running command instead of us. A second one kills it.
pub fn listen_for_interrupts() -> Result<()> {
    ctrlc::set_handler(|| {
        let again = INTERRUPTED.swap(true, SeqCst);
        pass_on(if again { Signal::SIGKILL } else { Signal::SIGTERM });
    })
    .context("listening for interrupts")
}

/// Stops between two pieces of work when somebody asked for it.
pub fn ensure_not_interrupted() -> Result<()> {
    ensure!(!INTERRUPTED.load(SeqCst), "interrupted");
    Ok(())
}

/// Runs a command that needs no terminal. Whatever it started and left running ends with it.
pub fn step(command: &mut Command) -> Result<()> {
    timed(&spoken(command), || in_own_group(command.stdin(Stdio::null())))
}

/// Runs a command that may use our terminal, if there is one.
pub fn attached(command: &mut Command) -> Result<()> {
    if !stdin().is_terminal() {
        return in_own_group(command);
    }
    // Only the terminal's own group may read from it, and Ctrl-C reaches that group without us.
    let mut child = command.spawn().with_context(|| format!("starting {}", spoken(command)))?;
    let process = i32::try_from(child.id())?;
    succeed(wait(&mut child, process)?)
}

fn in_own_group(command: &mut Command) -> Result<()> {
    let mut child =
        command.process_group(0).spawn().with_context(|| format!("starting {}", spoken(command)))?;
    let group = Pid::from_raw(i32::try_from(child.id())?);
    let status = wait(&mut child, -group.as_raw());
    // An error only says that nothing was left.
    let _ = killpg(group, Signal::SIGKILL);
    succeed(status?)
}

/// Says what begins and how long it took.
pub fn timed(what: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    ensure_not_interrupted()?;
    say(&format!("» {what}"));
    let started = Instant::now();
    work().with_context(|| what.to_owned())?;
    say(&format!("  done in {:.1} s", started.elapsed().as_secs_f32()));
    Ok(())
}

/// Tells the developer something; a closed stderr is no reason to fail.
pub fn say(text: &str) {
    let _ = writeln!(stderr(), "{text}");
}

fn wait(child: &mut Child, target: i32) -> Result<ExitStatus> {
    RUNNING.store(target, SeqCst);
    if INTERRUPTED.load(SeqCst) {
        pass_on(Signal::SIGTERM);
    }
    let status = child.wait();
    RUNNING.store(0, SeqCst);
    Ok(status?)
}

fn pass_on(signal: Signal) {
    let target = RUNNING.load(SeqCst);
    if target != 0 {
        let _ = kill(Pid::from_raw(target), signal);
    }
}

fn succeed(status: ExitStatus) -> Result<()> {
    ensure_not_interrupted()?;
    if !status.success() {
        bail!("{status}");
    }
    Ok(())
}

fn spoken(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let words = std::iter::once(name).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_command_is_told_without_the_folder_of_its_program() {
        let mut command = Command::new("/opt/tools/cargo");
        assert_eq!(spoken(command.args(["fmt", "--check"])), "cargo fmt --check");
    }

    #[test]
    fn a_failing_step_fails_with_its_name_and_status() {
        let error = step(Command::new("sh").args(["-c", "exit 3"])).unwrap_err();
        assert_eq!(format!("{error:#}"), "sh -c exit 3: exit status: 3");
    }

    #[test]
    fn what_a_step_left_running_ends_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let note = folder.path().join("pid");
        let script = format!("sleep 300 & echo $! > {}", note.display());
        step(Command::new("sh").args(["-c", &script])).unwrap();

        let pid = std::fs::read_to_string(note).unwrap();
        let alive = || {
            let state = std::fs::read_to_string(Path::new("/proc").join(pid.trim()).join("stat"));
            state.is_ok_and(|stat| !stat.contains(") Z "))
        };
        let deadline = Instant::now() + Duration::from_secs(10);
        while alive() {
            assert!(Instant::now() < deadline, "the leftover still runs");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}
