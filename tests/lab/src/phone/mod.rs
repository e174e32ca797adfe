//! Somebody's phone: it reads the QR code from the pixels of a screen and does in the app what its holder wants.
//!
//! `eyes` is its camera, `app` speaks to the BankID stand-in as the app
//! would, `page` is its web browser. It knows nothing of the kit but its screen.

mod app;
mod eyes;
mod page;

use std::time::Duration;

use tokio::time::Instant;

pub use app::{App, PhoneError};
pub use eyes::Picture;

/// The camera looks this often.
const GLANCE: Duration = Duration::from_millis(150);

/// What the holder does with what the phone reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Act {
    /// Gives the security code.
    Identify,
    /// Opens it in the app and gives up.
    Cancel,
    /// Opens it in the app and does nothing more.
    Open,
}

/// A code that a phone can do something with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code {
    /// An order of BankID.
    BankId(String),
    /// A web address.
    Address(String),
}

impl Code {
    /// None: a phone can do nothing with this text.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        if text.starts_with("bankid.") {
            Some(Self::BankId(text.into()))
        } else if text.starts_with("https://") {
            Some(Self::Address(text.into()))
        } else {
            None
        }
    }
}

/// A phone in the hand of a person.
pub struct Phone {
    app: App,
}

impl Phone {
    /// `app` is set up for the person who holds the phone.
    #[must_use]
    pub fn new(app: App) -> Self {
        Self { app }
    }

    /// Looks at the screen until a code is there that could be acted on; a code that was too old is read again.
    pub async fn use_screen(
        &self,
        look: impl Fn() -> anyhow::Result<Picture>,
        act: Act,
        patience: Duration,
    ) -> Result<Code, PhoneError> {
        let ends = Instant::now() + patience;
        let mut last = PhoneError::NothingSeen;
        while Instant::now() < ends {
            let codes = look().map_err(PhoneError::Blind)?.codes();
            if let Some(code) = codes.iter().find_map(|text| Code::of(text)) {
                match self.act_on(&code, act).await {
                    Ok(()) => return Ok(code),
                    Err(error @ PhoneError::Refused(_)) => last = error,
                    Err(error) => return Err(error),
                }
            }
            tokio::time::sleep(GLANCE).await;
        }
        Err(last)
    }

    /// Does with a code what the holder wants.
    pub async fn act_on(&self, code: &Code, act: Act) -> Result<(), PhoneError> {
        match code {
            Code::BankId(text) => {
                let order = self.app.scan(text).await?;
                self.app.finish(&order, act).await
            }
            Code::Address(address) => self.app.follow(address, act).await,
        }
    }

    /// The app of this phone.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }
}
