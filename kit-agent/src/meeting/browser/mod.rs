//! The locked, throw-away browser: for a portal's login, for the meeting service's own, and for meetings held on the web.
//!
//! [`open`] starts Chromium with an empty profile in memory and speaks to it over a pipe. `rules` says which requests may
//! leave, `locks` what is set before anything is loaded, `watch` what follows from what the browser tells (all pure);
//! `devtools` and `pipe` are the protocol, `program` starts and ends it, `home` is its profile, `driver` puts them together.
//! What always holds: deny by default, on every request, in two layers; one window without any control of the browser's
//! own; and no outcome is told before the program is ended and its profile removed, with [`Remains`] saying whether that
//! was so.

mod devtools;
mod driver;
mod home;
mod landmark;
mod locks;
mod pipe;
mod program;
mod proof;
mod rules;
mod scripts;
mod watch;
mod window;

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

pub use driver::{LockedBrowser, open};
pub use home::{HomeError, memory_folder, sweep};
pub use landmark::Landmark;
pub use proof::{LoginRefusal, ProofTarget};
pub use rules::AllowList;
pub use window::bring;

use crate::meeting::Policy;
use crate::meeting::link::LinkError;

/// What the browser is for, and where.
#[derive(Debug)]
pub struct Errand {
    /// Where it begins. A secret, as it may name a login or a room.
    pub start: SecretString,
    /// What it may reach.
    pub allowed: AllowList,
    /// When it has done its errand.
    pub purpose: Purpose,
    /// When it is ended in any case.
    pub within: Duration,
    /// Where its window stands, and in which language.
    pub window: Place,
    /// How it is run here.
    pub machine: Machine,
}

/// What a browser is for.
#[derive(Debug, Clone)]
pub enum Purpose {
    /// The patient logs in at a portal and goes to the booked meeting, whose link is caught. On the way there are pages by
    /// which it is known how somebody logged in.
    Portal(Policy, Vec<Landmark>),
    /// The patient logs in for the meeting service, and the proof of that is caught.
    MeetingLogin(ProofTarget),
    /// The meeting itself is held in it.
    Meeting(Sound),
}

/// Whether a meeting in the browser has sound. Held by the browser itself: a closed microphone is one that no page may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sound {
    /// By the kit's microphone and loudspeaker.
    Here,
    /// By the kit's loudspeaker only: the room hears and is not heard.
    Listening,
    /// None: the room is neither heard nor does it hear.
    Nowhere,
}

/// Where the window stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Pixels from the display's left edge.
    pub x: u32,
    /// Pixels from its upper edge.
    pub y: u32,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Pixels for one pixel of a page.
    pub scale: f32,
}

/// How the browser is run on this machine.
#[derive(Debug, Clone)]
pub struct Machine {
    /// A folder of this kit's own in memory; see [`memory_folder`].
    pub folder: PathBuf,
    /// Certificate authorities besides the public ones, as PEM files.
    pub authorities: Vec<PathBuf>,
    /// Source of the sound server, where it is not the default one.
    pub microphone: Option<String>,
    /// Sink of the sound server, where it is not the default one.
    pub speaker: Option<String>,
    /// The display, where it is not the session's own.
    pub display: Option<String>,
    /// Of the pages, as browsers name it.
    pub language: &'static str,
}

/// What a browser tells.
#[derive(Debug)]
pub enum BrowserEvent {
    /// The first page stands in the window.
    Shown,
    /// A page outside the list, or something that is no page, was kept away.
    PageRefused,
    /// It has ended and been removed. Last event.
    Ended(Outcome, Remains),
}

/// How an errand ended.
#[derive(Debug)]
pub enum Outcome {
    /// The booked meeting's link, allowed by policy, and the number of the landmark that was passed last.
    Link(SecretString, Option<usize>),
    /// A meeting, but none that policy allows.
    LinkRefused(LinkError),
    /// The meeting service's proof of the login.
    Proof(SecretString),
    /// The meeting service's login came to nothing.
    LoginRefused(LoginRefusal),
    /// We ended it.
    Closed,
    /// Nobody finished in time.
    TooLong,
    /// A page could not be reached.
    Unreachable,
    /// The pages led only to where nobody may go.
    Misled,
    /// The browser could not be started.
    NotStarted,
    /// Some lock could not be set.
    NotLocked,
    /// The browser died, or spoke nonsense.
    Crashed,
}

/// What is left of a browser after it was ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remains {
    /// No process and no file: both were looked for.
    Nothing,
    /// Something could not be removed.
    Something,
}
