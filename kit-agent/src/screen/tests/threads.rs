//! The handle from another thread, with a real event loop. One test: Slint's testing loop exists once per process.

use std::time::Duration;

use kit_screens as ui;
use kit_screens::ComponentHandle;
use tokio::sync::mpsc::unbounded_channel;

use super::{around, english};
use crate::media::studio::Picture;
use crate::screen::open;
use crate::visit::event::Act;
use crate::visit::view::{ReadyFacts, Screen, Sentence, View};

#[test]
fn views_and_pictures_come_from_another_thread_and_the_last_wins() {
    i_slint_backend_testing::init_integration_test_with_system_time();
    let (window, screen) = open(english(), unbounded_channel().0).unwrap();
    let drawn = window.window.clone_strong();
    let other = std::thread::spawn(move || {
        let pictures = screen.pictures();
        for side in 1..=50 {
            screen.show(view(Sentence::NothingBooked), around(jiff::Timestamp::UNIX_EPOCH));
            let bytes = vec![0; side as usize * side as usize * 4];
            let picture = |width| Picture {
                width,
                height: width,
                stride: width as usize * 4,
                bytes: &bytes,
            };
            (pictures.stage)(picture(side));
            (pictures.slides)(picture(side));
        }
        screen.show(view(Sentence::NextMeeting), around(jiff::Timestamp::UNIX_EPOCH));
        let quiet = screen.clone();
        screen.on_window(move |window| {
            assert_eq!(window.global::<ui::Meeting>().get_stage().size().width, 50);
            quiet.clear_pictures();
            quiet.close();
        });
    });
    slint::Timer::single_shot(Duration::from_secs(20), || {
        panic!("the window did not close");
    });
    window.run().unwrap();
    other.join().unwrap();
    assert_eq!(drawn.get_screen(), ui::Screen::Ready);
    assert_eq!(drawn.global::<ui::Kit>().get_ready(), ui::Ready::MeetingBooked);
    for picture in [
        drawn.global::<ui::Meeting>().get_stage(),
        drawn.global::<ui::Meeting>().get_slides(),
    ] {
        assert_eq!(picture.size().width, 0, "a picture stayed");
    }
}

fn view(sentence: Sentence) -> View {
    View {
        screen: Screen::Ready(ReadyFacts::default()),
        sentence,
        acts: vec![Act::CheckOut],
    }
}
