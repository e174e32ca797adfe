//! The two logins before a meeting, as the kit performs them: the care worker's for the shift with the choice of its code,
//! and the patient's by `BankID` with the region, which `bank_id` follows. The citizens' portal is the throw-away browser's.
//!
//! What is shown to be scanned lives here and in the window, in a type that does not print, and is gone with the login.
//! Work runs beside the loop and ends when its [`Login`] is dropped. Neighbours: `fleet` asks, `shift` hashes.

use std::sync::Arc;
use std::time::Duration;

use fleet_api::{ReservationId, StaffLoginAnswer, StaffLoginEnd as Ended, StaffLoginId};
use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinSet;
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::shift::ShiftCode;
use super::{Inner, Kit, bank_id};
use crate::fleet::{FleetLink, Logins};
use crate::screen::Scan;
use crate::visit::Event;
use crate::visit::event::{BankIdNews, CodeChoice, LoginFailure, Role, Staff, StaffLoginEnd, StaffLoginNews};
use crate::visit::state::{StaffLoginStep, State};

/// How often the server is asked at most, and at least, whatever it says.
const POLL: (u32, u32) = (1, 30);
/// Questions without an answer before the care worker is told.
const PATIENCE: u32 = 5;

/// A login under way, and what it shows.
#[derive(Default)]
pub(super) struct Login {
    work: JoinSet<()>,
    scan: Scan,
    /// The care worker's login at the server, while it is open.
    staff: Option<StaffLoginId>,
    /// The shift's code, typed once.
    once: Option<Zeroizing<String>>,
}

impl Login {
    /// What the screen shows of it.
    pub(super) fn scan(&self) -> &Scan {
        &self.scan
    }
}

/// What a login reports to the loop.
#[derive(Debug)]
pub(super) enum LoginReport {
    /// Something to scan, or a sentence to read.
    Scan(Scan),
    /// The server has begun a care worker's login.
    Began(StaffLoginId),
    Staff(StaffLoginNews),
    /// The hash of the shift's code was made.
    Code(Option<ShiftCode>),
    BankId(BankIdNews),
}

impl Kit {
    pub(super) fn on_login(&mut self, report: LoginReport) {
        match report {
            LoginReport::Scan(scan) => self.login.scan = scan,
            LoginReport::Began(id) => self.login.staff = Some(id),
            LoginReport::Staff(news) => {
                if news != StaffLoginNews::Shown {
                    self.login.scan = Scan::default();
                    self.login.staff = None;
                }
                if matches!(news, StaffLoginNews::Done { .. }) {
                    self.shift_known.logged_in(Instant::now());
                }
                self.step(Event::StaffLogin(news));
            }
            LoginReport::Code(Some(code)) => {
                self.code = Some(code);
                self.login = Login::default();
                self.step(Event::CodeChosen(CodeChoice::Kept));
            }
            LoginReport::Code(None) => self.step(Event::CodeChosen(CodeChoice::Differs)),
            LoginReport::BankId(news) => {
                if !matches!(news, BankIdNews::Code(_) | BankIdNews::Scanned) {
                    self.login.scan.code = None;
                }
                self.step(Event::BankId(news));
            }
        }
    }

    /// A code of four digits was typed: to choose it, or to open the staff's side.
    pub(super) fn on_code(&mut self, code: Zeroizing<String>) {
        if self.is_choosing_code() {
            return self.choose(code);
        }
        let (report, against) = (self.inner.0.clone(), self.code.clone());
        self.helpers.spawn_blocking(move || {
            let check = against.map(|against| against.check(&code));
            // Nobody listens only while the kit shuts down.
            let _ = report.send(Inner::KeyChecked(
                check.unwrap_or(crate::visit::staff_key::KeyCheck::Wrong),
            ));
        });
    }

    pub(super) fn is_choosing_code(&self) -> bool {
        matches!(self.visit.state(), State::LoggingIn(login)
            if matches!(login.step, StaffLoginStep::ChoosesCode { .. }))
    }

    fn choose(&mut self, code: Zeroizing<String>) {
        match self.login.once.take() {
            None => {
                self.login.once = Some(code);
                self.step(Event::CodeChosen(CodeChoice::First));
            }
            Some(once) if *once == *code => {
                let report = self.inner.0.clone();
                self.login.work.spawn_blocking(move || {
                    let _ = report.send(Inner::Login(LoginReport::Code(ShiftCode::choose(&code))));
                });
            }
            Some(_) => self.step(Event::CodeChosen(CodeChoice::Differs)),
        }
    }

    pub(super) fn start_staff_login(&mut self) {
        self.login = Login::default();
        let (fleet, report) = (self.fleet.clone(), self.inner.0.clone());
        self.login.work.spawn(staff_login(fleet, report));
    }

    /// Ends whatever login is under way. The server ends an order whose connection is gone; a care worker's it is told of.
    pub(super) fn stop_login(&mut self) {
        let ended = std::mem::take(&mut self.login);
        if let Some(id) = ended.staff
            && let Ok(logins) = self.fleet.logins()
        {
            self.helpers.spawn(async move {
                if let Err(error) = logins.cancel_staff(id).await {
                    tracing::debug!(%error, "a login runs out by itself");
                }
            });
        }
    }

    pub(super) fn start_bank_id(&mut self, reservation: Option<ReservationId>) {
        self.login = Login::default();
        let Some(reservation) = reservation else {
            return self.step(Event::BankId(BankIdNews::Failed(LoginFailure::NotThisPerson)));
        };
        let (fleet, report, language) = (self.fleet.clone(), self.inner.0.clone(), self.language);
        self.login
            .work
            .spawn(bank_id::log_in(fleet, reservation, report, language));
    }

    /// The shift is over. Where the kit's settings name one, that one begins anew.
    pub(super) fn end_shift(&mut self) {
        self.code = None;
        self.take_shift_from_settings();
    }

    /// The care worker whom the kit's settings name, where nobody logs in on the kit.
    pub(super) fn take_shift_from_settings(&mut self) {
        let logs_in = self.desired.borrow().identification.staff_login;
        if logs_in && self.code.as_ref().is_some_and(ShiftCode::is_from_settings) {
            self.code = None;
        }
        if logs_in || self.code.is_some() {
            return;
        }
        if let Some((staff, code)) = self.settings.shift() {
            self.code = Some(code);
            self.step(Event::StaffOnShift(staff, None));
        }
    }
}

async fn staff_login(fleet: Arc<FleetLink>, report: UnboundedSender<Inner>) {
    let tell = |what| {
        let _ = report.send(Inner::Login(what));
    };
    let ended = |why| LoginReport::Staff(StaffLoginNews::Ended(why));
    let Ok(logins) = fleet.logins() else {
        return tell(ended(StaffLoginEnd::Unreachable));
    };
    let started = match logins.start_staff().await {
        Ok(started) => started,
        Err(error) => {
            tracing::warn!(%error, "a care worker's login could not be started");
            return tell(ended(StaffLoginEnd::Unreachable));
        }
    };
    tell(LoginReport::Began(started.id));
    tell(LoginReport::Scan(Scan::code(started.verification_uri.as_str())));
    tell(LoginReport::Staff(StaffLoginNews::Shown));
    let pause = Duration::from_secs(started.poll_every_s.clamp(POLL.0, POLL.1).into());
    let asked = tokio::time::timeout(
        Duration::from_secs(started.expires_in_s.min(3600).into()),
        poll_staff(&logins, started.id, pause),
    );
    let news = asked
        .await
        .unwrap_or(StaffLoginNews::Ended(StaffLoginEnd::Expired));
    tell(LoginReport::Staff(news));
}

async fn poll_staff(logins: &Logins, id: StaffLoginId, pause: Duration) -> StaffLoginNews {
    let mut unanswered = 0;
    loop {
        tokio::time::sleep(pause).await;
        match logins.ask_staff(id).await {
            Ok(StaffLoginAnswer::Pending) => unanswered = 0,
            Ok(StaffLoginAnswer::Done { staff }) => {
                return StaffLoginNews::Done {
                    staff: Staff {
                        pseudonym: staff.pseudonym.to_string(),
                        role: Role::CareWorker,
                    },
                    until: staff.until.max(Timestamp::UNIX_EPOCH),
                };
            }
            Ok(StaffLoginAnswer::Ended { why }) => return StaffLoginNews::Ended(end(why)),
            Err(error) => {
                tracing::warn!(%error, "a care worker's login could not be followed");
                unanswered += 1;
            }
        }
        if unanswered == PATIENCE {
            return StaffLoginNews::Ended(StaffLoginEnd::Unreachable);
        }
    }
}

fn end(why: Ended) -> StaffLoginEnd {
    match why {
        Ended::Declined => StaffLoginEnd::Declined,
        Ended::Expired => StaffLoginEnd::Expired,
        Ended::NotAllowed => StaffLoginEnd::NotAllowed,
        Ended::Unreachable => StaffLoginEnd::Unreachable,
    }
}
