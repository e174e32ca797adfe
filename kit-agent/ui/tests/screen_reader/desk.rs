//! A desk to sit at: a display, a session bus, and the window on them. Dropping a part ends it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A display or a bus answers within this, also on a busy machine.
const SOON: Duration = Duration::from_secs(30);

/// Display and session bus.
pub(crate) struct Desk {
    _display: Program,
    _bus: Program,
    display_name: String,
    /// The session bus's address.
    pub(crate) session_bus: String,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let mut server = Command::new("Xvfb");
        server.args([
            "-displayfd",
            "1",
            "-nolisten",
            "tcp",
            "-screen",
            "0",
            "1280x800x24",
        ]);
        let display = Program::start(server);
        let display_name = format!(":{}", display.says());
        let mut daemon = Command::new("dbus-daemon");
        daemon.args(["--session", "--nofork", "--nosyslog", "--print-address=1"]);
        daemon.env("DISPLAY", &display_name);
        let bus = Program::start(daemon);
        let session_bus = bus.says();
        Self {
            _display: display,
            _bus: bus,
            display_name,
            session_bus,
        }
    }

    /// The tile, in the real window on the real windowing backend.
    pub(crate) fn show_tile(&self) -> Program {
        let mut tile = Command::new(env!("CARGO_BIN_EXE_kit-tile"));
        tile.env("DISPLAY", &self.display_name)
            .env("WAYLAND_DISPLAY", "")
            .env("DBUS_SESSION_BUS_ADDRESS", &self.session_bus)
            .env("SLINT_BACKEND", "winit-software");
        Program::start(tile)
    }
}

/// A running program and what it says, line by line.
pub(crate) struct Program {
    child: Child,
    lines: Receiver<String>,
}

impl Program {
    fn start(mut command: Command) -> Self {
        let command = command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command
            .spawn()
            .unwrap_or_else(|e| panic!("{} is needed: {e}", command.get_program().display()));
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (say, lines) = channel();
        std::thread::spawn(move || {
            stdout
                .lines()
                .map_while(Result::ok)
                .try_for_each(|line| say.send(line))
        });
        Self { child, lines }
    }

    /// Its next line.
    pub(crate) fn says(&self) -> String {
        self.lines.recv_timeout(SOON).unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Both fail only where it has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
