//! `./dev demo`: one whole visit on this machine.
//!
//! With a display the kit's window opens and waits for a person; `--headless --out DIR` does the visit by itself on a display
//! of its own and reports. The conference node is a stand-in for Pexip; the far end is the official client in Chromium.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Parser;
use end_to_end::kit::CODE;
use end_to_end::report;
use end_to_end::speech::Speaker;
use end_to_end::visit::Booked;
use lab::node::RoomSettings;

/// One visit from end to end.
#[derive(Debug, Parser)]
struct Arguments {
    /// On a display of its own, tapping by itself.
    #[arg(long)]
    headless: bool,
    /// Where the report and the pictures go.
    #[arg(long, default_value = "out/demo")]
    out: PathBuf,
    /// How long the unattended meeting lasts.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    stay: u64,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if arguments.headless {
        return report::unattended(&arguments.out, Duration::from_secs(arguments.stay)).await;
    }
    if std::env::var_os("DISPLAY").is_none() && std::env::var_os("WAYLAND_DISPLAY").is_none() {
        bail!("there is no display here; use ./dev demo --headless --out DIR");
    }
    attended().await
}

/// Opens the kit's window and waits for a person's tap.
async fn attended() -> Result<()> {
    let mut booked = Booked::open(RoomSettings::default(), "camera = \"test\"".to_owned()).await?;
    booked.fleet.fill().await?;
    let _far = booked.far_end("Anna", Speaker::Nurse).await?;
    say("The kit's window opens now. You are the care worker first: clean the kit, sign, check it out,");
    say(&format!(
        "open the staff's side with the code {}, answer the questions, and give the tablet to the patient.",
        CODE.concat()
    ));
    say(&format!(
        "Console: {}  (log in with the token {})",
        booked.fleet.console,
        booked.fleet.token()
    ));
    say("Close the window to end the demo.");
    booked.kit.start(&[])?;
    booked.kit.ended().await
}

#[expect(clippy::print_stdout, reason = "the demo speaks to the person who started it")]
fn say(line: &str) {
    println!("{line}");
}
