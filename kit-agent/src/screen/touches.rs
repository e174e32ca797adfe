//! From a finger to a touch: each button sends the act that the present view offers for it, or nothing.
//!
//! A button may stand for several acts (sound on and off, the shelf's next thing, "Avsluta"); the view decides which.
//! Every screen that shows "Hjälp" offers an act for it. Runs on the window's thread.

use std::sync::Arc;

use kit_screens as ui;
use kit_screens::ComponentHandle;
use tokio::sync::mpsc::UnboundedSender;

use super::latest::Latest;
use super::offered::{answer_for_person, answered, gate, offered, tick};
use super::window::Shown;
use super::{Touch, steering};
use crate::visit::View;
use crate::visit::event::{Act, Rating, RepairResult, SkipReason, Trouble};
use crate::visit::gates::Gate;
use crate::visit::readiness::Part;
use crate::visit::view::Screen;

/// "Hjälp": in the meeting its own screen, elsewhere the help desk's number.
const HELP: [Act; 2] = [Act::Help, Act::CallSupport];

/// What the buttons know: what is shown, and whom to tell.
#[derive(Clone)]
pub(super) struct Touches {
    shown: Arc<Latest<Shown>>,
    send: UnboundedSender<Touch>,
}

impl Touches {
    pub(super) fn new(shown: Arc<Latest<Shown>>, send: UnboundedSender<Touch>) -> Self {
        Self { shown, send }
    }

    /// Listens to every button of the window.
    pub(super) fn connect(&self, window: &ui::KitWindow) {
        self.kit(window);
        self.before(window);
        self.meeting(window);
        self.after(window);
        self.help(window);
        self.care_of_kit(window);
    }

    fn kit(&self, window: &ui::KitWindow) {
        let kit = window.global::<ui::Kit>();
        let touches = self.clone();
        let weak = window.as_weak();
        kit.on_read_aloud(move || {
            if let Some(window) = weak.upgrade() {
                touches.read_aloud(&window.global::<ui::Kit>());
            }
        });
        kit.on_toggle_contrast(self.touch(|_| Some(Touch::Contrast)));
        kit.on_help(self.acts(&HELP));
        kit.on_staff(self.acts(&[Act::Staff]));
        kit.on_rather_in_person(self.acts(&[Act::AskInPerson]));
        kit.on_go_on(self.acts(&[Act::CheckOut, Act::Clean, Act::CheckAgain]));
    }

    fn before(&self, window: &ui::KitWindow) {
        window.global::<ui::Invitation>().on_join(self.acts(&[Act::Join]));
        let bank_id = window.global::<ui::BankId>();
        bank_id.on_back(self.acts(&[Act::UseStaff]));
        bank_id.on_go_on(self.acts(&[Act::UseBankId]));
        let identify = window.global::<ui::Identify>();
        identify.on_staff_vouches(self.acts(&[Act::UseStaff]));
        identify.on_use_bank_id(self.acts(&[Act::UseBankId]));
        let login = window.global::<ui::StaffLogin>();
        login.on_again(self.acts(&[Act::LogInAgain]));
        login.on_cancel(self.acts(&[Act::CancelCheckOut]));
        let key = window.global::<ui::StaffKey>();
        key.on_digit(self.with(|_, figure: i32| u8::try_from(figure).ok().map(Touch::Digit)));
        key.on_erase(self.touch(|_| Some(Touch::Erase)));
        key.on_to_patient(self.acts(&[Act::ToPatient, Act::Back, Act::CancelCheckOut]));
        key.on_log_in_again(self.acts(&[Act::LogInAgain]));
        let gates = window.global::<ui::Gates>();
        let answer = self.with(|view, (place, answer)| answered(view, place, answer));
        gates.on_answer(move |place, given| answer((place, given)));
        gates.on_change(self.with(|view, place| offered(view, &[Act::Undo(gate(view, place)?)])));
        gates.on_show_text(self.acts(&[Act::ReadText]));
        gates.on_close_text(self.acts(&[Act::Back]));
        gates.on_stay(self.touch(|_| Some(Touch::Staffed)));
        gates.on_give_up(self.acts(&[Act::AskGiveUp]));
        gates.on_to_patient(self.acts(&[Act::ToPatient]));
    }

    fn meeting(&self, window: &ui::KitWindow) {
        window.global::<ui::Waiting>().on_end(self.acts(&[Act::End]));
        let meeting = window.global::<ui::Meeting>();
        meeting.on_toggle_mute(self.acts(&[Act::Mute, Act::Unmute, Act::SoundHere]));
        meeting.on_toggle_picture(self.acts(&[Act::PictureOff, Act::PictureOn]));
        meeting.on_end(self.acts(&[Act::End]));
        meeting.on_by_phone(self.acts(&[Act::SoundByTelephone]));
        meeting.on_know_person(self.touch(|view| answer_for_person(view, Act::KnowPerson)));
        meeting.on_do_not_know_person(self.touch(|view| answer_for_person(view, Act::DoNotKnowPerson)));
        self.steering(window);
        window
            .global::<ui::Phone>()
            .on_sound_here_again(self.acts(&[Act::SoundHere]));
        window
            .global::<ui::CallingAgain>()
            .on_call_instead(self.acts(&[Act::CallInstead]));
        let question = window.global::<ui::EndQuestion>();
        question.on_stay(self.acts(&[Act::Stay]));
        question.on_confirm_end(self.acts(&[Act::Leave, Act::GiveUp, Act::PreferInPerson]));
        question.on_in_person(self.acts(&[Act::AskInPerson]));
    }

    fn steering(&self, window: &ui::KitWindow) {
        let panel = window.global::<ui::StaffPanel>();
        panel.on_act(self.with(|view, place: i32| {
            let Screen::StaffPanel(shown) = &view.screen else {
                return None;
            };
            steering::panel_act(view, shown, usize::try_from(place).ok()?).map(Touch::Act)
        }));
        panel.on_door(self.acts(&[Act::LockMeeting, Act::UnlockMeeting]));
        panel.on_in_person(self.acts(&[Act::AskInPerson]));
        panel.on_back(self.acts(&[Act::Back]));
        let stranger = window.global::<ui::Stranger>();
        stranger.on_remove(self.touch(|view| match &view.screen {
            Screen::Stranger(stranger) => offered(view, &[Act::Remove(stranger.number)]),
            _ => None,
        }));
        stranger.on_lock(self.acts(&[Act::LockMeeting]));
        stranger.on_back(self.acts(&[Act::Back]));
    }

    fn after(&self, window: &ui::KitWindow) {
        let ended = window.global::<ui::Ended>();
        ended.on_next(self.acts(&[Act::Next]));
        window.global::<ui::Recap>().on_next(self.acts(&[Act::Next]));
        let rating = window.global::<ui::Rating>();
        rating.on_rate(self.with(|view, mood| {
            let rating = match mood {
                ui::Mood::Good => Rating::Good,
                ui::Mood::SoSo => Rating::SoSo,
                ui::Mood::Bad => Rating::Bad,
            };
            offered(view, &[Act::Rate(rating)])
        }));
        rating.on_skip(self.acts(&[Act::SkipRating]));
        let wipe = window.global::<ui::Wipe>();
        wipe.on_done(self.acts(&[Act::Done]));
        wipe.on_again(self.acts(&[Act::WipeAgain]));
        let failure = window.global::<ui::Failure>();
        failure.on_retry(self.acts(&[Act::JoinAgain]));
        failure.on_go_back(self.acts(&[Act::Undo(Gate::Sharing)]));
        failure.on_end(self.acts(&[Act::AskGiveUp, Act::Next]));
    }

    fn help(&self, window: &ui::KitWindow) {
        let help = window.global::<ui::Help>();
        help.on_back(self.acts(&[Act::Back]));
        help.on_ask_staff(self.acts(&[Act::AskStaff]));
        help.on_something_wrong(self.acts(&[Act::SomethingWrong]));
        let repair = window.global::<ui::Repair>();
        repair.on_choose(self.with(|view, trouble| {
            let trouble = match trouble {
                ui::Trouble::WeHearNothing => Trouble::WeHearNothing,
                ui::Trouble::TheyHearNothing => Trouble::TheyDoNotHearUs,
                ui::Trouble::NoPicture => Trouble::NoPicture,
                ui::Trouble::SomethingBroken => Trouble::Broken,
            };
            offered(view, &[Act::Wrong(trouble)])
        }));
        repair.on_worked(self.acts(&[Act::Repaired(RepairResult::Helped)]));
        repair.on_did_not_work(self.acts(&[Act::Repaired(RepairResult::DidNotHelp)]));
        repair.on_back(self.acts(&[Act::Back]));
        repair.on_call_us(self.acts(&[Act::CallSupport]));
    }

    fn care_of_kit(&self, window: &ui::KitWindow) {
        let check_out = window.global::<ui::CheckOut>();
        check_out.on_toggle(self.with(tick));
        check_out.on_check_out(self.acts(&[Act::ConfirmCheckOut]));
        check_out.on_back(self.acts(&[Act::CancelCheckOut]));
        let cleaning = window.global::<ui::Cleaning>();
        cleaning.on_step_done(self.with(|view, place| {
            let part = *Part::ALL.get(usize::try_from(place).ok()?)?;
            offered(view, &[Act::Cleaned(part)])
        }));
        cleaning.on_sign(self.acts(&[Act::SignHygiene]));
        cleaning.on_skip(self.acts(&[Act::SkipCleaning]));
        cleaning.on_skip_because(self.with(|view, reason| {
            let reason = match reason {
                ui::SkipReason::NothingToCleanWith => SkipReason::NothingToCleanWith,
                ui::SkipReason::NoTime => SkipReason::NoTime,
                ui::SkipReason::SomebodyElse => SkipReason::SomebodyElse,
                ui::SkipReason::Broken => SkipReason::Broken,
            };
            offered(view, &[Act::SkipBecause(reason)])
        }));
        cleaning.on_back(self.acts(&[Act::Back]));
        let back = window.global::<ui::Return>();
        back.on_toggle(self.with(tick));
        back.on_hand_in(self.acts(&[Act::ConfirmReturn]));
        back.on_done(self.acts(&[Act::Done]));
    }

    fn read_aloud(&self, kit: &ui::Kit<'_>) {
        let reading = self.shown.look(|shown| shown.around.reading);
        self.tell(if reading == Some(true) {
            Touch::Silence
        } else {
            Touch::ReadAloud(kit.get_spoken_text().into())
        });
    }

    /// A button that stands for the first of these acts that is offered.
    fn acts(&self, wanted: &'static [Act]) -> impl Fn() + 'static {
        self.touch(move |view| offered(view, wanted))
    }

    /// A button whose touch depends on the view.
    fn touch(&self, touch: impl Fn(&View) -> Option<Touch> + 'static) -> impl Fn() + 'static {
        let with = self.with(move |view, ()| touch(view));
        move || with(())
    }

    /// A button whose touch depends on the view and on which of several it was.
    fn with<W>(&self, touch: impl Fn(&View, W) -> Option<Touch> + 'static) -> impl Fn(W) + 'static {
        let touches = self.clone();
        move |which| {
            if let Some(Some(touch)) = touches.shown.look(|shown| touch(&shown.view, which)) {
                touches.tell(touch);
            }
        }
    }

    fn tell(&self, touch: Touch) {
        // Fails only when nobody listens any more: the program is ending.
        let _ = self.send.send(touch);
    }
}
