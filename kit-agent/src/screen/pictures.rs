//! Pictures of the meeting on their way into the window.
//!
//! GStreamer's threads copy a frame and return; the window takes the newest when it gets to it. At most one frame per
//! picture waits, so a slow screen shows fewer pictures and never older ones. A frame's memory goes round: what is shown no
//! more is written over by the frame after next, and [`Pictures::clear`] leaves none of it.

use std::sync::Arc;

use kit_screens::{ComponentHandle, Image, KitWindow, Meeting, Weak};
use slint::{Rgba8Pixel, SharedPixelBuffer};

use super::latest::Latest;
use crate::media::studio::{Picture, PictureSink, Room, Screens};

/// Largest picture that is shown, pixels in each direction.
const LARGEST: u32 = 4096;

/// The three pictures of a meeting.
#[derive(Clone)]
pub(super) struct Pictures {
    stage: Way,
    slides: Way,
    self_view: Way,
    room: Room,
}

type Frame = SharedPixelBuffer<Rgba8Pixel>;

/// One picture's way.
#[derive(Clone)]
struct Way {
    newest: Arc<Latest<Frame>>,
    shown: Arc<Latest<Frame>>,
    spare: Arc<Latest<Frame>>,
    set: fn(&KitWindow, Image),
}

impl Pictures {
    /// No picture yet.
    pub(super) fn new() -> Self {
        Self {
            stage: Way::to(|window, picture| window.global::<Meeting>().set_stage(picture)),
            slides: Way::to(|window, picture| window.global::<Meeting>().set_slides(picture)),
            self_view: Way::to(|window, picture| window.global::<Meeting>().set_self_view(picture)),
            room: Room::default(),
        }
    }

    /// Where is noted how large the far side is shown.
    pub(super) fn room(&self) -> Room {
        self.room.clone()
    }

    /// What the studio writes to.
    pub(super) fn sinks(&self, window: &Weak<KitWindow>) -> Screens {
        Screens {
            stage: self.stage.sink(window.clone()),
            slides: self.slides.sink(window.clone()),
            self_view: self.self_view.sink(window.clone()),
            room: self.room.clone(),
        }
    }

    /// Forgets what waits and what is shown. On the window's thread.
    pub(super) fn clear(&self, window: &KitWindow) {
        for way in [&self.stage, &self.slides, &self.self_view] {
            (way.set)(window, Image::default());
            for frame in [&way.newest, &way.shown, &way.spare] {
                frame.take();
            }
        }
    }
}

impl Way {
    fn to(set: fn(&KitWindow, Image)) -> Self {
        Self {
            newest: Arc::new(Latest::new()),
            shown: Arc::new(Latest::new()),
            spare: Arc::new(Latest::new()),
            set,
        }
    }

    fn sink(&self, window: Weak<KitWindow>) -> PictureSink {
        let way = self.clone();
        Arc::new(move |picture| {
            let Some(frame) = copy(picture, way.spare.take()) else {
                return;
            };
            if way.newest.put(frame) {
                let way = way.clone();
                // Fails only when the window is gone, and then nobody misses the picture.
                let _ = window.upgrade_in_event_loop(move |window| way.show(&window));
            }
        })
    }

    fn show(&self, window: &KitWindow) {
        let Some(frame) = self.newest.take() else {
            return;
        };
        (self.set)(window, Image::from_rgba8(frame.clone()));
        if let Some(before) = self.shown.take() {
            self.spare.put(before);
        }
        self.shown.put(frame);
    }
}

/// A copy without the gaps between rows, in `spare`'s memory if it has the size; `None` for a picture that is empty, too
/// large or shorter than it says.
fn copy(picture: Picture<'_>, spare: Option<Frame>) -> Option<Frame> {
    let sides = 1..=LARGEST;
    if !sides.contains(&picture.width) || !sides.contains(&picture.height) {
        return None;
    }
    let row = picture.width as usize * 4;
    let needed = (picture.height as usize - 1)
        .checked_mul(picture.stride)?
        .checked_add(row)?;
    if picture.stride < row || picture.bytes.len() < needed {
        return None;
    }
    let mut frame = spare
        .filter(|spare| (spare.width(), spare.height()) == (picture.width, picture.height))
        .unwrap_or_else(|| Frame::new(picture.width, picture.height));
    let rows = frame.make_mut_bytes().chunks_exact_mut(row);
    for (to, from) in rows.zip(picture.bytes.chunks(picture.stride)) {
        to.copy_from_slice(&from[..row]);
    }
    Some(frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_between_rows_are_left_out() {
        let mut bytes = vec![7; 12];
        bytes.extend([9; 8]);
        let picture = Picture {
            width: 2,
            height: 2,
            stride: 12,
            bytes: &bytes,
        };
        assert_eq!(
            copy(picture, None).unwrap().as_bytes(),
            [[7_u8; 8], [9; 8]].concat()
        );
    }

    #[test]
    fn memory_of_the_same_size_is_written_over() {
        let of = |width, height, colour: &'static [u8]| Picture {
            width,
            height,
            stride: 8,
            bytes: colour,
        };
        let spare = copy(of(2, 2, &[7; 16]), None).unwrap();
        let place = spare.as_bytes().as_ptr();
        let next = copy(of(2, 2, &[9; 16]), Some(spare)).unwrap();
        assert_eq!((next.as_bytes(), next.as_bytes().as_ptr()), (&[9; 16][..], place));
        let smaller = copy(of(2, 1, &[5; 8]), Some(next)).unwrap();
        assert_eq!(smaller.as_bytes(), [5; 8]);
    }

    #[test]
    fn a_picture_that_lies_about_its_size_is_not_shown() {
        let of = |width, height, stride| Picture {
            width,
            height,
            stride,
            bytes: &[0; 16],
        };
        assert!(copy(of(2, 2, 8), None).is_some());
        for bad in [
            of(0, 2, 8),
            of(2, 0, 8),
            of(2, 3, 8),
            of(2, 2, 4),
            of(5000, 1, 20000),
            of(2, 2, usize::MAX),
        ] {
            assert!(copy(bad, None).is_none(), "{bad:?}");
        }
    }
}
