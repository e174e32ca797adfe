//! A real PostgreSQL server of a test's own: Debian's programs, a temporary folder, a Unix socket, gone with the test.
//!
//! PostgreSQL refuses to run as root, so root starts it as the user `postgres` that its package makes.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use fleet_server::store::ConnectionString;
use secrecy::ExposeSecret;
use sqlx::{PgPool, postgres::PgPoolOptions};
use tempfile::TempDir;

use crate::cluster_template;

/// Owns the tables.
const OWNER: &str = "fleet_owner";
/// Serves.
const SERVER: &str = "fleet";
const USER: &str = "postgres";
const SOON: Duration = Duration::from_mins(1);
const IN_MEMORY: &str = "/dev/shm";

/// Whether the tests that run on either database shall run on PostgreSQL.
pub(crate) fn is_wanted() -> bool {
    match std::env::var("FLEET_TEST_STORE").as_deref() {
        Ok("postgres") => true,
        Ok("sqlite") | Err(_) => false,
        Ok(other) => panic!("FLEET_TEST_STORE is \"sqlite\" or \"postgres\", not \"{other}\""),
    }
}

pub(crate) struct Cluster {
    /// None = stopped. Stops with the test and before its folder goes.
    running: Option<Running>,
    directory: TempDir,
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Its own processes notice that it is gone and follow.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Cluster {
    /// Starts one with two roles and an empty database.
    pub(crate) fn start() -> Self {
        let directory = folder();
        let options = [
            "--username",
            USER,
            "--auth",
            "trust",
            "--encoding",
            "UTF8",
            "--locale",
            "C",
            "--no-sync",
            "--wal-segsize",
            "1",
        ];
        let data = directory.path().join("data");
        succeed(unprivileged("initdb").args(options).arg("--pgdata").arg(data));
        let running = Some(start(directory.path()));
        let mut psql = unprivileged("psql");
        psql.args(["--no-psqlrc", "--username", USER, "--host"])
            .arg(directory.path());
        for statement in [
            "CREATE ROLE fleet_owner LOGIN",
            "CREATE ROLE fleet LOGIN",
            "CREATE DATABASE fleet OWNER fleet_owner",
        ] {
            psql.args(["--command", statement]);
        }
        succeed(&mut psql);
        Self { running, directory }
    }

    /// Starts one with the fleet server's tables.
    pub(crate) async fn with_tables() -> Self {
        let directory = folder();
        cluster_template::copy_to(&directory.path().join("data")).await;
        let running = Some(start(directory.path()));
        Self { running, directory }
    }

    /// The folder of its files.
    pub(crate) fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// Stops it as an operator would who does not wait for its clients.
    pub(crate) fn stop(&mut self) {
        let mut running = self.running.take().expect("it runs");
        succeed(Command::new("kill").args(["-INT", &running.0.id().to_string()]));
        running.0.wait().unwrap();
    }

    /// Starts it again, with what it had.
    pub(crate) fn start_again(&mut self) {
        self.running = Some(start(self.directory.path()));
    }

    /// How the tables' owner connects.
    pub(crate) fn owner(&self) -> ConnectionString {
        self.connection(OWNER, "fleet")
    }

    /// How a fleet server connects.
    pub(crate) fn server(&self) -> ConnectionString {
        self.connection(SERVER, "fleet")
    }

    fn connection(&self, role: &str, database: &str) -> ConnectionString {
        let socket = self.directory.path().display().to_string().replace('/', "%2F");
        format!("postgres://{role}:opensesame@{socket}/{database}")
            .parse()
            .unwrap()
    }

    /// A look past the store, as PostgreSQL's own administrator, whom no policy holds.
    pub(crate) async fn look(&self) -> PgPool {
        connect(&self.connection(USER, "fleet")).await
    }

    /// A connection as the fleet server's role, with no scope set.
    pub(crate) async fn bare(&self) -> PgPool {
        connect(&self.server()).await
    }

    /// All that it has written to its files, its log of changes included.
    pub(crate) fn files(&self) -> Vec<u8> {
        let mut content = Vec::new();
        let mut folders = vec![self.data()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
                match entry.file_type().unwrap() {
                    kind if kind.is_dir() => folders.push(entry.path()),
                    kind if kind.is_file() => content.extend(fs::read(entry.path()).unwrap()),
                    _ => {}
                }
            }
        }
        content
    }

    /// One of PostgreSQL's own programs, as the tests' user.
    pub(crate) fn program(name: &str) -> PathBuf {
        programs().join(name)
    }
}

async fn connect(to: &ConnectionString) -> PgPool {
    let one = PgPoolOptions::new().max_connections(1);
    one.connect(to.expose_secret()).await.unwrap()
}

/// The folder with the newest version's programs.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").expect("Debian's package \"postgresql\" is installed");
    let number = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions.map(|version| version.unwrap().path()).max_by_key(number);
    newest.expect("a version is installed").join("bin")
}

/// A folder of the user whom PostgreSQL runs as. In memory where there is room: it gets 1,500 small files.
fn folder() -> TempDir {
    let directory = if is_roomy(IN_MEMORY) {
        tempfile::tempdir_in(IN_MEMORY)
    } else {
        tempfile::tempdir()
    };
    let directory = directory.unwrap();
    if is_root() {
        succeed(Command::new("chown").arg(USER).arg(directory.path()));
    }
    directory
}

/// Whether the file system has a gigabyte left. In a container, memory may have 64 MB.
fn is_roomy(folder: &str) -> bool {
    let asked = Command::new("df")
        .args(["--output=avail", "--block-size=1G", folder])
        .output()
        .unwrap();
    let answer = String::from_utf8_lossy(&asked.stdout).into_owned();
    let left = answer
        .lines()
        .nth(1)
        .and_then(|left| left.trim().parse::<u64>().ok());
    left.is_some_and(|gigabytes| gigabytes > 1)
}

fn start(directory: &Path) -> Running {
    // No test pulls the plug of the machine, so nothing has to reach the disk.
    let settings = [
        "fsync=off",
        "listen_addresses=",
        "shared_buffers=16MB",
        "lc_messages=C",
        // In its folder, so that it goes with it: a server that is killed leaves shared memory behind.
        "dynamic_shared_memory_type=mmap",
    ];
    let mut server = unprivileged("postgres");
    server
        .arg("-D")
        .arg(directory.join("data"))
        .arg("-k")
        .arg(directory);
    for setting in settings {
        server.args(["-c", setting]);
    }
    let mut child = server
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let log = BufReader::new(child.stderr.take().unwrap());
    let running = Running(child);
    let (ready, becomes_ready) = mpsc::channel();
    // Reads on to the end, so that the server never waits for somebody to read its log.
    std::thread::spawn(move || {
        for line in log.lines().map_while(Result::ok) {
            let _ = ready.send(line);
        }
    });
    let mut log = Vec::new();
    while let Ok(line) = becomes_ready.recv_timeout(SOON) {
        if line.contains("ready to accept connections") {
            return running;
        }
        log.push(line);
    }
    panic!("PostgreSQL does not start: {log:#?}");
}

/// A program of PostgreSQL's that does not run as root and does not outlive the test.
fn unprivileged(name: &str) -> Command {
    let program = Cluster::program(name);
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    let user = [
        "--reuid",
        USER,
        "--regid",
        USER,
        "--clear-groups",
        "--pdeathsig",
        "KILL",
        "--",
    ];
    command.args(user).arg(program).current_dir("/");
    command
}

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

pub(crate) fn succeed(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
