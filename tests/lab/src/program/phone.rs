//! `lab phone`: somebody's phone, held before a screen.

use std::path::PathBuf;
use std::time::Duration;

use lab::phone::{Act, App, Code, Phone, Picture};
use serde_json::json;

use super::print;

/// Reads the QR code on a screen and does in the app what its holder wants.
#[derive(clap::Args)]
pub(crate) struct PhoneArguments {
    /// Control address of the BankID stand-in.
    #[arg(long)]
    bank_id: String,
    /// Who holds the phone: a key such as `elsa`, or a personal number.
    #[arg(long)]
    person: String,
    /// The X display to look at.
    #[arg(long, env = "DISPLAY", conflicts_with = "picture")]
    display: Option<String>,
    /// A screenshot (PNG) to look at instead.
    #[arg(long)]
    picture: Option<PathBuf>,
    /// What the holder does.
    #[arg(long, value_enum, default_value = "identify")]
    act: Act,
    /// How long to look for a code, in seconds.
    #[arg(long, default_value_t = 60)]
    patience: u64,
    /// An authority (PEM file) of the pages that the phone opens.
    #[arg(long = "trust")]
    trusted: Vec<PathBuf>,
}

impl PhoneArguments {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let trusted = self.trusted.iter().map(std::fs::read_to_string);
        let trusted = trusted.collect::<Result<Vec<_>, _>>()?;
        let trusted: Vec<&str> = trusted.iter().map(String::as_str).collect();
        let phone = Phone::new(App::of(&self.bank_id, &self.person, &trusted).await?);
        let look = || match (&self.picture, &self.display) {
            (Some(picture), _) => Picture::of_png(&std::fs::read(picture)?),
            (None, Some(display)) => Picture::of_display(display),
            (None, None) => anyhow::bail!("give --display or --picture"),
        };
        let patience = Duration::from_secs(self.patience);
        let seen = phone.use_screen(look, self.act, patience).await?;
        let what = match seen {
            Code::BankId(_) => "an order of BankID",
            Code::Address(_) => "a web address",
        };
        print(&json!({"seen": what, "done": format!("{:?}", self.act)}));
        Ok(())
    }
}
