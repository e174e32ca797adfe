//! Screens of the two logins: the care worker's for the shift, and the patient's by `BankID`.

use super::{LoginPage, PortalPage, Screen, Sentence, View};
use crate::visit::event::Act;
use crate::visit::reservation::BankIdWay;
use crate::visit::state::{BankIdLogin, BankIdStep, LoginTime, StaffLogin, StaffLoginStep, TypedCode};

/// The care worker's login for the shift.
pub(super) fn logging_in(login: &StaffLogin) -> View {
    let (screen, sentence, mut acts) = match &login.step {
        StaffLoginStep::Starting => (
            Screen::StaffLogin(LoginPage::Starting),
            Sentence::ScanToLogIn,
            Vec::new(),
        ),
        StaffLoginStep::ShowsCode => (
            Screen::StaffLogin(LoginPage::Code),
            Sentence::ScanToLogIn,
            Vec::new(),
        ),
        StaffLoginStep::Ended(why) => (
            Screen::StaffLogin(LoginPage::Ended(*why)),
            Sentence::LogInEnded(*why),
            vec![Act::LogInAgain],
        ),
        StaffLoginStep::ChoosesCode { typed, .. } => {
            let sentence = match typed {
                TypedCode::Nothing => Sentence::ChooseCode,
                TypedCode::Once => Sentence::RepeatCode,
                TypedCode::Differed => Sentence::CodesDiffer,
            };
            (Screen::ChooseCode, sentence, Vec::new())
        }
    };
    acts.push(Act::CancelCheckOut);
    View::new(screen, sentence, acts)
}

/// A patient's login by `BankID`.
pub(super) fn bank_id(login: &BankIdLogin) -> View {
    let mut acts = Vec::new();
    let asks_for_time = login.step == BankIdStep::Shown && login.time == LoginTime::NearlyOver;
    if asks_for_time || matches!(login.step, BankIdStep::Cancelled | BankIdStep::Failed(_)) {
        acts.push(Act::UseBankId);
    }
    acts.extend([Act::UseStaff, Act::CallSupport]);
    let screen = match login.way {
        BankIdWay::Region => Screen::BankId(login.step, login.time),
        BankIdWay::Portal { logins } => Screen::Portal(PortalPage {
            login: login.login,
            logins,
            step: login.step,
        }),
    };
    View::new(screen, Sentence::BankId(login.step), acts)
}
