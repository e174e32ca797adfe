//! Screens of the two logins: the care worker's for the shift, and the patient's by `BankID`.

use kit_screens as ui;

use super::page::Page;
use super::{code, words};
use crate::visit::event::{Act, StaffLoginEnd};
use crate::visit::state::{BankIdStep, LoginTime};
use crate::visit::view::{LoginPage, PortalPage, Sentence};

impl Page<'_> {
    /// The care worker's login.
    pub(super) fn staff_login(&self, page: LoginPage) -> ui::Screen {
        let login = self.global::<ui::StaffLogin>();
        login.set_code(self.code());
        login.set_state(match page {
            LoginPage::Starting => ui::LoginState::Starting,
            LoginPage::Code => ui::LoginState::Code,
            LoginPage::Ended(StaffLoginEnd::Declined) => ui::LoginState::Declined,
            LoginPage::Ended(StaffLoginEnd::Expired) => ui::LoginState::Expired,
            LoginPage::Ended(StaffLoginEnd::NotAllowed) => ui::LoginState::NotAllowed,
            LoginPage::Ended(StaffLoginEnd::Unreachable) => ui::LoginState::Unreachable,
        });
        ui::Screen::StaffLogin
    }

    /// The shift's code is chosen.
    pub(super) fn choose_code(&self) -> ui::Screen {
        self.forget_codes();
        let key = self.global::<ui::StaffKey>();
        key.set_digits_entered(words::count(self.around.digits_typed));
        key.set_valid_until("".into());
        key.set_state(match self.view.sentence {
            Sentence::RepeatCode => ui::StaffKeyState::Repeat,
            Sentence::CodesDiffer => ui::StaffKeyState::Differs,
            _ => ui::StaffKeyState::Choose,
        });
        ui::Screen::StaffKey
    }

    /// §4.3.
    pub(super) fn identify(&self, logins: u8) -> ui::Screen {
        let identify = self.global::<ui::Identify>();
        identify.set_logins(logins.into());
        let portal = self.around.portal.as_ref();
        identify.set_portal(
            portal
                .map(|portal| portal.name.as_str())
                .unwrap_or_default()
                .into(),
        );
        identify.set_other_e_ids(portal.is_some_and(|portal| portal.other_e_ids));
        ui::Screen::Identify
    }

    /// §4.4, by the region.
    pub(super) fn bank_id(&self, step: BankIdStep, time: LoginTime) -> ui::Screen {
        let login = self.global::<ui::BankId>();
        login.set_logins(1);
        login.set_message(self.around.scan.message.as_str().into());
        login.set_code(self.code());
        login.set_state(match step {
            // The code itself is on its way.
            BankIdStep::Shown if self.around.scan.code.is_none() => ui::BankIdState::Starting,
            BankIdStep::Shown if time == LoginTime::NearlyOver => ui::BankIdState::Expiring,
            BankIdStep::Shown => ui::BankIdState::ShowCode,
            BankIdStep::Starting => ui::BankIdState::Starting,
            BankIdStep::Scanned => ui::BankIdState::Scanned,
            BankIdStep::Done => ui::BankIdState::Done,
            BankIdStep::Cancelled => ui::BankIdState::Cancelled,
            BankIdStep::Failed(_) => ui::BankIdState::Failed,
        });
        ui::Screen::BankId
    }

    /// §4.4, the portal: our frame while its page is shown, our own words before and after.
    pub(super) fn portal(&self, page: PortalPage) -> ui::Screen {
        let login = self.global::<ui::BankId>();
        if !page.step.is_under_way() {
            self.bank_id(page.step, LoginTime::Enough);
        }
        login.set_login(page.login.into());
        login.set_logins(page.logins.into());
        if page.step.is_under_way() {
            ui::Screen::Portal
        } else {
            ui::Screen::BankId
        }
    }

    /// No code of a login stays in the window.
    pub(super) fn forget_codes(&self) {
        self.global::<ui::StaffLogin>().set_code(ui::Image::default());
        let login = self.global::<ui::BankId>();
        login.set_code(ui::Image::default());
        login.set_message("".into());
    }

    fn code(&self) -> ui::Image {
        let Some(text) = &self.around.scan.code else {
            return ui::Image::default();
        };
        code::draw(text).unwrap_or_else(|_| {
            tracing::error!("the code of a login is too long to be shown");
            ui::Image::default()
        })
    }

    /// Whether this act is offered.
    pub(super) fn offers(&self, act: Act) -> bool {
        self.view.acts.contains(&act)
    }
}
