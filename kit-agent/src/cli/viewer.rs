//! A window for `kit-agent join`: the meeting's screen and nothing of a visit around it.

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use super::Exit;
use crate::media::studio::Screens;
use crate::screen::{self, Scan, Surroundings, Touch, WindowOptions};
use crate::visit::View;
use crate::visit::effect::Gateway;
use crate::visit::event::{Act, Confirmed};
use crate::visit::seat::Known;
use crate::visit::view::{Meeting, Screen, Sentence, Stage};

/// Shows `meeting` in a window until it ends; "Avsluta" tells it to leave.
pub(super) fn watch<F>(
    runtime: &Runtime,
    meeting: impl FnOnce(Screens, mpsc::Receiver<()>) -> F + Send + 'static,
) -> Result<Exit>
where
    F: Future<Output = Result<Exit>> + Send,
{
    let (touch_sink, touches) = mpsc::unbounded_channel();
    let options = WindowOptions {
        fullscreen: false,
        ..WindowOptions::default()
    };
    let (window, screen) = screen::open(options, touch_sink).context("no window; use --headless")?;
    screen.show(view(), surroundings());
    let running = runtime.spawn(async move {
        let (leave_sink, leave) = mpsc::channel(1);
        let done = tokio::select! {
            done = meeting(screen.pictures(), leave) => done,
            never = pass_on(touches, leave_sink) => match never {},
        };
        screen.close();
        done
    });
    window.run().context("the window failed")?;
    runtime
        .block_on(running)
        .context("the meeting stopped by a fault")?
}

/// "Avsluta", or closing the window, leaves the meeting.
async fn pass_on(
    mut touches: mpsc::UnboundedReceiver<Touch>,
    leave: mpsc::Sender<()>,
) -> std::convert::Infallible {
    while let Some(touch) = touches.recv().await {
        if touch == Touch::Act(Act::End) {
            break;
        }
    }
    // A full channel says it already.
    let _ = leave.try_send(());
    std::future::pending().await
}

fn surroundings() -> Surroundings {
    Surroundings {
        place: String::new(),
        kit_name: "kit-agent join".to_owned(),
        now: Timestamp::now(),
        battery_percent: None,
        charging: false,
        signal: 4,
        reading: false,
        high_contrast: false,
        reduced_motion: false,
        help_desk: None,
        digits_typed: 0,
        scan: Scan::default(),
        portal: None,
        camera_missing: false,
        held_in_browser: false,
        names_allowed: true,
    }
}

fn view() -> View {
    let meeting = Meeting {
        roster: Vec::new(),
        seats: Vec::new(),
        patient_known: Known::No,
        unexpected: None,
        speaker: None,
        stage: Stage::People,
        picture: Gateway::Open,
        telephone: None,
        heard_by_telephone: Confirmed::No,
        heard: Confirmed::Yes,
    };
    View {
        screen: Screen::Meeting(meeting),
        sentence: Sentence::InMeeting,
        acts: vec![Act::End],
    }
}
