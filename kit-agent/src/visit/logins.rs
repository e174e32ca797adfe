//! The two logins before a meeting: the care worker's for the shift, and the patient's by `BankID`.
//!
//! The kit shows a code or a page and waits; who somebody is comes from the server or the portal, never from the screen.
//! The shift's code is compared elsewhere and known here only as "the same twice". Each step has a way on and a limit.

use super::Shift;
use super::deadline;
use super::effect::Effect;
use super::event::{Act, BankIdNews, CodeChoice, Event, LoginFailure, PortalNews, StaffLoginNews};
use super::gates::{Answer, Method};
use super::readiness::PackingList;
use super::reservation::{BankIdWay, EId};
use super::staff_key::StaffKey;
use super::state::{
    BankIdLogin, BankIdStep, LoginTime, Panel, Preparation, StaffLogin, StaffLoginStep, State, TypedCode,
};
use super::turn::Turn;

impl Turn<'_> {
    /// Asks the server for a code that the care worker's telephone can scan.
    pub(super) fn start_staff_login(&mut self, back_to: Option<Box<Preparation>>) -> State {
        self.effects.push(Effect::StartStaffLogin);
        State::LoggingIn(Box::new(StaffLogin {
            step: StaffLoginStep::Starting,
            since: self.now,
            back_to,
        }))
    }

    pub(super) fn logging_in(&mut self, mut login: Box<StaffLogin>, event: &Event) -> State {
        match event {
            Event::StaffLogin(news) => self.staff_login_news(&mut login, news),
            Event::CodeChosen(choice) => return self.code_chosen(login, *choice),
            Event::Tapped(Act::LogInAgain) => {
                self.effects.push(Effect::StopStaffLogin);
                return self.start_staff_login(login.back_to);
            }
            Event::Tapped(Act::CancelCheckOut) => return self.stop_staff_login(*login),
            Event::TimePassed if self.now >= login.since + deadline::STAFF_LOGIN => {
                return self.stop_staff_login(*login);
            }
            Event::Touched => login.since = self.now,
            _ => {}
        }
        State::LoggingIn(login)
    }

    fn staff_login_news(&mut self, login: &mut StaffLogin, news: &StaffLoginNews) {
        let waits = matches!(login.step, StaffLoginStep::Starting | StaffLoginStep::ShowsCode);
        if !waits {
            return;
        }
        login.since = self.now;
        login.step = match news {
            StaffLoginNews::Shown => StaffLoginStep::ShowsCode,
            StaffLoginNews::Ended(why) => StaffLoginStep::Ended(*why),
            StaffLoginNews::Done { staff, until } => StaffLoginStep::ChoosesCode {
                staff: staff.clone(),
                until: *until,
                typed: TypedCode::Nothing,
            },
        };
    }

    fn code_chosen(&mut self, mut login: Box<StaffLogin>, choice: CodeChoice) -> State {
        let StaffLoginStep::ChoosesCode { staff, until, typed } = &mut login.step else {
            return State::LoggingIn(login);
        };
        login.since = self.now;
        match choice {
            CodeChoice::First => *typed = TypedCode::Once,
            CodeChoice::Differs => *typed = TypedCode::Differed,
            CodeChoice::Kept => {
                let staff = staff.clone();
                self.kit.key = StaffKey::default();
                self.kit.shift = Some(Shift {
                    staff: staff.clone(),
                    until: Some(*until),
                });
                return match login.back_to {
                    None => State::CheckingOut(PackingList::default()),
                    Some(mut preparation) => {
                        preparation.staff = staff;
                        preparation.panel = Panel::Staff { touched: self.now };
                        State::Preparing(preparation)
                    }
                };
            }
        }
        State::LoggingIn(login)
    }

    fn stop_staff_login(&mut self, login: StaffLogin) -> State {
        self.effects.push(Effect::StopStaffLogin);
        match login.back_to {
            None => self.kit.on_the_shelf(),
            Some(mut preparation) => {
                preparation.panel = Panel::Patient;
                Self::settled(preparation)
            }
        }
    }

    /// To the citizens' portal or to the region's own login, whichever the region allows.
    pub(super) fn start_bank_id(&mut self, mut preparation: Box<Preparation>) -> State {
        let Some(way) = preparation.reservation.ways.bank_id else {
            return State::Preparing(preparation);
        };
        preparation.panel = Panel::Patient;
        self.effects.push(match way {
            BankIdWay::Region => Effect::StartBankId,
            BankIdWay::Portal { .. } => Effect::OpenPortal,
        });
        State::BankId(Box::new(BankIdLogin {
            preparation,
            way,
            step: BankIdStep::Starting,
            login: 1,
            e_id: EId::default(),
            time: LoginTime::default(),
            since: self.now,
        }))
    }

    pub(super) fn bank_id(&mut self, mut login: Box<BankIdLogin>, event: &Event) -> State {
        match event {
            Event::BankId(news) if login.way == BankIdWay::Region => self.bank_id_news(&mut login, *news),
            Event::Portal(news) if login.way != BankIdWay::Region => self.portal_news(&mut login, news),
            Event::Tapped(Act::UseBankId) => {
                self.effects.push(Effect::CloseBrowser);
                return self.start_bank_id(login.preparation);
            }
            Event::Tapped(Act::UseStaff) => {
                self.effects.push(Effect::CloseBrowser);
                return State::Preparing(login.preparation);
            }
            Event::TimePassed => return self.bank_id_time(login),
            _ => {}
        }
        State::BankId(login)
    }

    fn bank_id_time(&mut self, mut login: Box<BankIdLogin>) -> State {
        let due = self.now >= login.since + deadline::of_bank_id(login.step);
        match login.step {
            BankIdStep::Done if due => {
                let method = match login.way {
                    BankIdWay::Region => Method::BankIdRegion,
                    BankIdWay::Portal { .. } => Method::Portal(login.e_id),
                };
                self.answer(&mut login.preparation, Answer::Identity(method));
                return Self::settled(login.preparation);
            }
            BankIdStep::Starting | BankIdStep::Shown | BankIdStep::Scanned if due => {
                self.effects.push(Effect::CloseBrowser);
                self.reach(&mut login, BankIdStep::Failed(LoginFailure::TookTooLong));
            }
            BankIdStep::Cancelled | BankIdStep::Failed(_) if due => {
                return State::Preparing(login.preparation);
            }
            _ => {}
        }
        State::BankId(login)
    }

    fn bank_id_news(&mut self, login: &mut BankIdLogin, news: BankIdNews) {
        login.time = match news {
            BankIdNews::Code(time) => time,
            _ => LoginTime::Enough,
        };
        self.reach(
            login,
            match news {
                BankIdNews::Code(_) => BankIdStep::Shown,
                BankIdNews::Scanned => BankIdStep::Scanned,
                BankIdNews::Done => BankIdStep::Done,
                BankIdNews::Cancelled => BankIdStep::Cancelled,
                BankIdNews::Failed(why) => BankIdStep::Failed(why),
            },
        );
    }

    fn portal_news(&mut self, login: &mut BankIdLogin, news: &PortalNews) {
        let step = match news {
            PortalNews::Login(n) => {
                login.login = *n;
                BankIdStep::Shown
            }
            PortalNews::LinkFound(link, e_id) => {
                if login.step.is_under_way() {
                    login.e_id = *e_id;
                    login.preparation.portal_link = Some(link.clone());
                }
                BankIdStep::Done
            }
            PortalNews::Cancelled => BankIdStep::Cancelled,
            PortalNews::Failed(why) => BankIdStep::Failed(*why),
        };
        self.reach(login, step);
    }

    /// A login that is over stays so: late news changes nothing.
    fn reach(&self, login: &mut BankIdLogin, step: BankIdStep) {
        if login.step.is_under_way() && login.step != step {
            login.step = step;
            login.since = self.now;
        }
    }
}

impl BankIdStep {
    /// Whether the login may still succeed by itself.
    #[must_use]
    pub fn is_under_way(self) -> bool {
        matches!(
            self,
            BankIdStep::Starting | BankIdStep::Shown | BankIdStep::Scanned
        )
    }
}
