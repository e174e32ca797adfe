//! `kit-agent join`: joins one meeting by hand and says, second by second, how it goes.
//!
//! For diagnosis: no visit, no gates, nothing is booked. Figures are JSON lines; exit codes are those of [`Exit`].

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::signal::ctrl_c;
use tokio::sync::mpsc;

use super::{Exit, runtime, say, viewer};
use crate::media::studio::{GstStudio, Screens, StudioConfig, devices_or_stand_ins, h264_encoder};
use crate::media::transport::{RtcMedia, trust};
use crate::meeting::pexip::{Pexip, Trust};
use crate::meeting::session::{Join, MeetingService as _};
use crate::meeting::{DisplayName, MeetingEvent, Policy, Session, link};

/// What `join` needs.
#[derive(Debug, clap::Args)]
pub(super) struct JoinOne {
    /// The meeting, such as `https://HOST/webapp3/m/ALIAS`.
    link: String,
    /// The name that the others see.
    #[arg(long, default_value = "Kit")]
    name: String,
    /// The meeting's PIN.
    #[arg(long, env = "KIT_PIN", hide_env_values = true)]
    pin: Option<String>,
    /// A certificate authority besides the system's (PEM).
    #[arg(long)]
    ca: Option<PathBuf>,
    /// Without a window.
    #[arg(long)]
    headless: bool,
    /// Leave after so many seconds.
    #[arg(long = "for", value_name = "SECONDS")]
    seconds: Option<u64>,
    /// Where the figures go, one JSON line a second; `-` is the terminal.
    #[arg(long, value_name = "FILE", default_value = "-")]
    stats: PathBuf,
    /// Lines of the largest picture that is sent.
    #[arg(long, default_value_t = 720, value_parser = clap::value_parser!(u32).range(180..=1080))]
    lines: u32,
}

impl JoinOne {
    pub(super) fn perform(self) -> Result<Exit> {
        let link = link::read(&self.link, &Policy::for_diagnosis())?;
        let authorities: Vec<Vec<u8>> = self.ca.iter().map(std::fs::read).collect::<io::Result<_>>()?;
        let mut node_trust = Trust::default();
        for pem in &authorities {
            node_trust = node_trust.with_pem(pem)?;
        }
        let tls = Arc::new(trust::client_config(&authorities)?);
        let (devices, stand_ins) = devices_or_stand_ins();
        for stand_in in stand_ins {
            say(stand_in);
        }
        let devices = StudioConfig {
            lines: self.lines,
            ..devices
        };
        let join = Join {
            link,
            name: DisplayName::new(self.name.clone()),
            pin: self.pin.clone().map(SecretString::from),
            logins: Vec::new(),
        };
        let figures = Figures::open(&self.stats)?;
        let runtime = runtime()?;
        let limit = self.seconds.map(Duration::from_secs);
        let meeting = move |screens: Screens, leave: mpsc::Receiver<()>| async move {
            let studio = Arc::new(GstStudio::open(&devices, screens)?);
            let media = RtcMedia::new(studio, tls, h264_encoder().is_some());
            let session = Pexip::new(node_trust).join(join, media);
            Ok(attend(session, figures, limit, leave).await)
        };
        if self.headless {
            let (_never, leave) = mpsc::channel(1);
            return runtime.block_on(meeting(Screens::none(), leave));
        }
        viewer::watch(&runtime, meeting)
    }
}

/// Stays until the meeting ends, the time is up or somebody says so.
async fn attend(
    session: Session,
    mut figures: Figures,
    limit: Option<Duration>,
    mut leave: mpsc::Receiver<()>,
) -> Exit {
    let mut session = session;
    let mut joined = false;
    let end = limit.map(|limit| tokio::time::Instant::now() + limit);
    loop {
        let event = tokio::select! {
            event = session.events.recv() => event,
            () = until(end) => None,
            Some(()) = leave.recv() => None,
            _ = ctrl_c() => None,
        };
        let Some(event) = event else {
            figures.line("leaving", &json!(null));
            session.leave().await;
            return Exit::Normal;
        };
        joined |= event == MeetingEvent::Joined;
        figures.event(&event);
        if matches!(event, MeetingEvent::PinNeeded | MeetingEvent::WrongPin) {
            say("the meeting asks for its PIN: give the right one with --pin");
            session.leave().await;
            return Exit::Refused;
        }
        if matches!(event, MeetingEvent::LoginWanted(_)) {
            say("the meeting wants a login of its own: only the kit can show it");
            session.leave().await;
            return Exit::Refused;
        }
        if event.is_last() {
            tell(&event);
            return Exit::of(&event, joined);
        }
    }
}

async fn until(end: Option<tokio::time::Instant>) {
    match end {
        Some(end) => tokio::time::sleep_until(end).await,
        None => std::future::pending().await,
    }
}

fn tell(event: &MeetingEvent) {
    match event {
        MeetingEvent::Refused(why) => say(&why.to_string()),
        MeetingEvent::Lost(why) => say(&why.to_string()),
        MeetingEvent::Ended(why) => say(&why.to_string()),
        _ => {}
    }
}

/// JSON lines with milliseconds since the start.
struct Figures {
    out: Box<dyn Write + Send>,
    start: Instant,
}

impl Figures {
    fn open(path: &std::path::Path) -> Result<Self> {
        let out: Box<dyn Write + Send> = if path.as_os_str() == "-" {
            Box::new(io::stdout())
        } else {
            Box::new(File::create(path).with_context(|| format!("cannot write {}", path.display()))?)
        };
        Ok(Self {
            out,
            start: Instant::now(),
        })
    }

    fn event(&mut self, event: &MeetingEvent) {
        match event {
            MeetingEvent::Stats(stats) => self.line("stats", &json!(stats)),
            MeetingEvent::Roster(people) => self.line("roster", &json!({ "people": people.len() })),
            MeetingEvent::Waiting => self.line("waiting", &json!(null)),
            MeetingEvent::Joined => self.line("joined", &json!(null)),
            MeetingEvent::FirstFrame => self.line("first_frame", &json!(null)),
            MeetingEvent::Reconnecting => self.line("reconnecting", &json!(null)),
            MeetingEvent::Recovered => self.line("recovered", &json!(null)),
            MeetingEvent::PinNeeded | MeetingEvent::WrongPin => self.line("pin", &json!(null)),
            MeetingEvent::LoginWanted(_) => self.line("login", &json!(null)),
            MeetingEvent::SlidesStarted { .. } => self.line("slides", &json!(true)),
            MeetingEvent::SlidesStopped => self.line("slides", &json!(false)),
            MeetingEvent::Refused(why) => self.line("refused", &json!(why)),
            MeetingEvent::Lost(why) => self.line("lost", &json!(why)),
            MeetingEvent::Ended(why) => self.line("ended", &json!(why)),
            MeetingEvent::Speaker(_) | MeetingEvent::MutedByHost | MeetingEvent::UnmutedByHost => {}
        }
    }

    fn line(&mut self, event: &str, data: &Value) {
        let ms = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        // Nobody reads on: the meeting is what matters.
        let _ = writeln!(self.out, "{}", json!({ "ms": ms, "event": event, "data": data }));
        let _ = self.out.flush();
    }
}
