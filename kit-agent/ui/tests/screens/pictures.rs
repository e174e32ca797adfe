//! Pictures that stand in for video: simple shapes of our own, so that no face and no real scene is needed.
//!
//! Each is painted once: a hundred states show it, and painting a million pixels takes a second here.

use std::sync::LazyLock;

use kit_screens::Image;
use slint::{Rgb8Pixel, SharedPixelBuffer};

type Painted = SharedPixelBuffer<Rgb8Pixel>;
static STAGE: LazyLock<Painted> = LazyLock::new(paint_stage);
static SELF_VIEW: LazyLock<Painted> = LazyLock::new(paint_self_view);
static SLIDE: LazyLock<Painted> = LazyLock::new(paint_slide);
static CODE: LazyLock<Painted> = LazyLock::new(paint_code);

/// Three people side by side, as a meeting service composes them.
pub(crate) fn stage() -> Image {
    Image::from_rgb8(STAGE.clone())
}

fn paint_stage() -> Painted {
    let people = [
        (0.0, 0.636, [205, 220, 222], [94, 63, 45], [232, 236, 236]),
        (0.636, 1.0, [226, 219, 208], [226, 178, 148], [62, 97, 142]),
    ];
    paint(1280, 720, |x, y| {
        let (from, to, wall, skin, coat) = if x < 0.636 { people[0] } else { people[1] };
        let (top, bottom) = if x < 0.636 || y < 0.5 {
            (0.0, if x < 0.636 { 1.0 } else { 0.497 })
        } else {
            (0.503, 1.0)
        };
        let inside = (x - from) / (to - from);
        let wall = if top > 0.5 { [205, 208, 220] } else { wall };
        let coat = if top > 0.5 { [120, 66, 88] } else { coat };
        let aspect = (to - from) * 16.0 / ((bottom - top) * 9.0);
        person(inside, (y - top) / (bottom - top), aspect, wall, skin, coat)
    })
}

/// The patient and a relative, seen by the kit's own camera.
pub(crate) fn self_view() -> Image {
    Image::from_rgb8(SELF_VIEW.clone())
}

fn paint_self_view() -> Painted {
    paint(640, 360, |x, y| {
        let (inside, hair) = if x < 0.5 {
            (x * 2.0, [92, 104, 168])
        } else {
            ((x - 0.5) * 2.0, [43, 106, 92])
        };
        person(inside, y, 8.0 / 9.0, [232, 218, 192], [232, 196, 172], hair)
    })
}

/// A slide with a heading and three lines.
pub(crate) fn slide() -> Image {
    Image::from_rgb8(SLIDE.clone())
}

fn paint_slide() -> Painted {
    paint(1280, 720, |x, y| {
        let dark = [20, 35, 30];
        if (0.07..0.42).contains(&x) && (0.12..0.19).contains(&y) {
            return dark;
        }
        for line in 0..3u8 {
            let middle = 0.37 + 0.2 * f32::from(line);
            if ((x - 0.1) * 16.0 / 9.0).hypot(y - middle) < 0.05 {
                return [11, 83, 69];
            }
            if (0.16..0.7 - 0.08 * f32::from(line)).contains(&x)
                && (middle - 0.02..middle + 0.02).contains(&y)
            {
                return [90, 102, 97];
            }
        }
        [255, 255, 255]
    })
}

/// A pattern with the three corner marks of a code; it says nothing and cannot be scanned.
pub(crate) fn code() -> Image {
    Image::from_rgb8(CODE.clone())
}

fn paint_code() -> Painted {
    let cells = 29;
    paint(290, 290, |x, y| {
        let (column, row) = ((x * cells as f32) as i32, (y * cells as f32) as i32);
        let mark = |c: i32, r: i32| {
            let (c, r) = (column - c, row - r);
            (0..7).contains(&c)
                && (0..7).contains(&r)
                && (c == 0 || c == 6 || r == 0 || r == 6 || ((2..5).contains(&c) && (2..5).contains(&r)))
        };
        let corner = |c: i32, r: i32| (c..c + 8).contains(&column) && (r..r + 8).contains(&row);
        let (right, low) = (cells - 7, cells - 7);
        let in_corner = corner(0, 0) || corner(right - 1, 0) || corner(0, low - 1);
        let noise = (column * 7919 + row * 104_729 + column * row * 31) % 5 < 2;
        let dark = if in_corner {
            mark(0, 0) || mark(right, 0) || mark(0, low)
        } else {
            noise
        };
        if dark { [0, 0, 0] } else { [255, 255, 255] }
    })
}

/// Head and shoulders; `x` and `y` from 0 to 1 within the tile, `aspect` its width by its height.
fn person(x: f32, y: f32, aspect: f32, wall: [u8; 3], skin: [u8; 3], coat: [u8; 3]) -> [u8; 3] {
    let across = (x - 0.5) * aspect;
    if (across / 0.19).hypot((y - 0.42) / 0.25) < 1.0 {
        skin
    } else if (across / 0.42).hypot((y - 1.05) / 0.34) < 1.0 {
        coat
    } else if across.abs() < 0.08 && (0.5..0.8).contains(&y) {
        skin
    } else {
        wall
    }
}

fn paint(width: u32, height: u32, colour: impl Fn(f32, f32) -> [u8; 3]) -> Painted {
    let mut buffer = Painted::new(width, height);
    for (place, pixel) in buffer.make_mut_slice().iter_mut().enumerate() {
        let (x, y) = (place as u32 % width, place as u32 / width);
        let [red, green, blue] = colour((x as f32 + 0.5) / width as f32, (y as f32 + 0.5) / height as f32);
        *pixel = Rgb8Pixel {
            r: red,
            g: green,
            b: blue,
        };
    }
    buffer
}
