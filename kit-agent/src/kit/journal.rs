//! A diary of the visit for whoever watches a kit from outside: the demo, tests, a support session.
//!
//! JSON lines with milliseconds since the start. It says which screen is shown and what was done; never a name, a link,
//! a token or a number. Off unless asked for.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use serde::Serialize;
use serde_json::{Value, json};

use crate::visit::View;
use crate::visit::view::Screen;

/// The diary, or none.
#[derive(Debug)]
pub struct Journal {
    file: Option<File>,
    start: Instant,
    shown: Option<Value>,
}

impl Journal {
    /// A diary in `path`, or none.
    pub fn open(path: Option<&Path>) -> std::io::Result<Self> {
        let file = path.map(File::create).transpose()?;
        Ok(Self {
            file,
            start: Instant::now(),
            shown: None,
        })
    }

    /// Which screen is shown, when that changes.
    pub(super) fn screen(&mut self, view: &View) {
        let next = match &view.screen {
            Screen::Ready(facts) => facts.next.map(|at| at.to_string()),
            _ => None,
        };
        let shown = json!({ "screen": name(&view.screen), "sentence": view.sentence, "acts": view.acts, "next": next });
        if self.shown.as_ref() != Some(&shown) {
            self.shown = Some(shown.clone());
            self.note("screen", &shown);
        }
    }

    /// Anything else.
    pub(super) fn note(&mut self, event: &str, data: &impl Serialize) {
        let Some(file) = &mut self.file else { return };
        let at = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        let line = json!({ "ms": at, "event": event, "data": data });
        if let Err(e) = writeln!(file, "{line}") {
            tracing::warn!(error = %e, "the journal cannot be written");
            self.file = None;
        }
    }
}

/// The screen's name, as the visual direction numbers them.
fn name(screen: &Screen) -> &'static str {
    match screen {
        Screen::Ready(_) => "ready",
        Screen::StaffLogin(_) => "staff_login",
        Screen::ChooseCode => "choose_code",
        Screen::CheckOut(_) => "check_out",
        Screen::Identify(_) => "identify",
        Screen::Tile(_) => "tile",
        Screen::BankId(..) => "bank_id",
        Screen::Portal(_) => "portal",
        Screen::KeyPad(_) => "key_pad",
        Screen::Gates(_) => "gates",
        Screen::ConsentText(..) => "consent_text",
        Screen::GiveUpQuestion => "give_up_question",
        Screen::InPersonQuestion => "in_person_question",
        Screen::WaitingRoom(_) => "waiting_room",
        Screen::Meeting(_) => "meeting",
        Screen::StaffPanel(_) => "staff_panel",
        Screen::Stranger(_) => "stranger",
        Screen::Reconnecting(_) => "reconnecting",
        Screen::Help { .. } => "help",
        Screen::HelpDesk { .. } => "help_desk",
        Screen::WhatIsWrong => "what_is_wrong",
        Screen::Repair(_) => "repair",
        Screen::EndQuestion => "end_question",
        Screen::Failed(..) => "failed",
        Screen::Lost(_) => "lost",
        Screen::Summary { .. } => "summary",
        Screen::Recap(_) => "recap",
        Screen::Rating => "rating",
        Screen::Wipe(_) => "wipe",
        Screen::Cleaning(_) => "cleaning",
        Screen::SkipCleaning => "skip_cleaning",
        Screen::Return(_) => "return",
    }
}
