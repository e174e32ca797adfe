//! Chromium as a program: how it is started, and how nothing of it stays.
//!
//! It is started by `setpriv`, which has the kernel end it when the agent dies, in a process group of its own. Whatever
//! still runs is found by what it was started with: the home's path stands in the environment of each of its processes.

use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::Stdio;

use command_fds::{CommandFdExt as _, FdMapping};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::net::unix::pipe;
use tokio::process::{Child, Command};

use super::home::Home;
use super::{Errand, Purpose, Sound, window};

/// Debian's.
const CHROMIUM: &str = "/usr/bin/chromium";
/// Variables that Chromium needs of ours; it gets no others.
const KEPT: [&str; 6] = [
    "DISPLAY",
    "XAUTHORITY",
    "PATH",
    "PULSE_SERVER",
    "XDG_RUNTIME_DIR",
    "LANG",
];
/// Always given. The window has no controls, nothing is looked up in the background, nothing is remembered.
const FLAGS: [&str; 26] = [
    "--remote-debugging-pipe",
    "--ozone-platform=x11",
    // No other window comes to be, whoever asks: `watch` brings what was asked for into the one that is there.
    "--block-new-web-contents",
    // Without a frame, and as large as it is told below.
    "--kiosk",
    "--app=data:text/html,<title>kit</title>",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--no-service-autorun",
    "--password-store=basic",
    "--deny-permission-prompts",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--disable-component-extensions-with-background-pages",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-features=Translate,MediaRouter,OptimizationHints,AutofillServerCommunication,DnsOverHttps,DirectSockets",
    "--disable-logging",
    "--disable-notifications",
    "--disable-pinch",
    "--disable-quic",
    "--disable-sync",
    "--overscroll-history-navigation=0",
];

/// A running Chromium, with both ends of its pipe.
pub(super) struct Program {
    pub(super) child: Child,
    pub(super) from: pipe::Receiver,
    pub(super) to: pipe::Sender,
}

/// Starts it. Must be called on a thread that lives as long as the agent: the kernel watches that thread.
pub(super) fn start(home: &Home, errand: &Errand) -> io::Result<Program> {
    let (their_input, to) = std::io::pipe()?;
    let (from, their_output) = std::io::pipe()?;
    let mut command = std::process::Command::new("setpriv");
    command
        .args(["--pdeathsig", "KILL", "--", CHROMIUM])
        .args(FLAGS)
        .args(arguments(home, errand))
        .env_clear()
        .envs(
            KEPT.into_iter()
                .filter_map(|name| Some((name, std::env::var_os(name)?))),
        )
        .envs(home.places())
        .env("LANGUAGE", errand.machine.language)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        // What Chromium says of itself may name pages.
        .stderr(Stdio::null());
    if let Some(display) = &errand.machine.display {
        command.env("DISPLAY", display);
    }
    if let Some(source) = &errand.machine.microphone {
        command.env("PULSE_SOURCE", source);
    }
    if let Some(sink) = &errand.machine.speaker {
        command.env("PULSE_SINK", sink);
    }
    let mapping = |parent_fd: OwnedFd, child_fd| FdMapping { parent_fd, child_fd };
    command
        .fd_mappings(vec![
            mapping(their_input.into(), 3),
            mapping(their_output.into(), 4),
        ])
        .map_err(|e| io::Error::new(io::ErrorKind::InvalidInput, e))?;
    let mut command = Command::from(command);
    let child = command.process_group(0).kill_on_drop(true).spawn()?;
    Ok(Program {
        child,
        from: pipe::Receiver::from_owned_fd(from.into())?,
        to: pipe::Sender::from_owned_fd(to.into())?,
    })
}

fn arguments(home: &Home, errand: &Errand) -> Vec<String> {
    let window = errand.window;
    let mut arguments = vec![
        format!("--user-data-dir={}", home.profile().display()),
        format!("--host-resolver-rules={}", errand.allowed.name_rules()),
        format!("--class={}", window::CLASS),
        format!("--lang={}", errand.machine.language),
        format!("--window-position={},{}", window.x, window.y),
        format!("--window-size={},{}", window.width, window.height),
        format!("--force-device-scale-factor={}", window.scale),
    ];
    if matches!(errand.purpose, Purpose::Meeting(_)) {
        // The far end is heard without a tap.
        arguments.push("--autoplay-policy=no-user-gesture-required".to_owned());
    }
    if matches!(errand.purpose, Purpose::Meeting(Sound::Nowhere)) {
        arguments.push("--mute-audio".to_owned());
    }
    if rustix::process::geteuid().is_root() {
        tracing::warn!("the browser runs without its sandbox, because the agent runs as root");
        arguments.push("--no-sandbox".to_owned());
    }
    arguments
}

/// Ends the whole group of a browser.
pub(super) fn end(child: &Child) {
    let group = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
    if let Some(group) = group {
        // Fails only when all of it has ended.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// Ends every process that lives in this home. Whether there was any.
pub(super) fn end_all(home: &Path) -> bool {
    let mut any = false;
    for process in inhabitants(home) {
        // Fails only when it has just ended.
        let _ = kill_process(process, Signal::KILL);
        any = true;
    }
    any
}

fn inhabitants(home: &Path) -> Vec<Pid> {
    let Ok(processes) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let me = rustix::process::getpid();
    let numbers = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let pids = numbers.filter_map(Pid::from_raw).filter(|pid| *pid != me);
    pids.filter(|pid| lives_in(*pid, home)).collect()
}

/// Processes that have ended and are not yet collected have neither arguments nor environment.
fn lives_in(process: Pid, home: &Path) -> bool {
    let needle = home.as_os_str().as_encoded_bytes();
    let folder = Path::new("/proc").join(process.as_raw_nonzero().to_string());
    ["environ", "cmdline"].iter().any(|file| {
        let text = fs::read(folder.join(file)).unwrap_or_default();
        text.windows(needle.len()).any(|part| part == needle)
    })
}
