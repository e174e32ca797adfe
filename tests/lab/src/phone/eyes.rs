//! What a phone's camera sees: a picture of a screen, and the QR codes in it.

use std::io::Cursor;

use anyhow::{Context, ensure};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, ImageFormat};

/// Largest side of a picture, in pixels.
const MAX_SIDE: u32 = 8_192;

/// A picture in shades of grey, row by row.
pub struct Picture {
    width: usize,
    height: usize,
    grey: Vec<u8>,
}

impl Picture {
    /// What stands on the screen of an X server now, such as `:99`.
    pub fn of_display(display: &str) -> anyhow::Result<Self> {
        let (connection, screen) = x11rb::connect(Some(display)).context("the display cannot be opened")?;
        let screen = &connection.setup().roots[screen];
        let (width, height) = (screen.width_in_pixels, screen.height_in_pixels);
        let image = connection
            .get_image(ImageFormat::Z_PIXMAP, screen.root, 0, 0, width, height, !0)?
            .reply()
            .context("the display gives no picture")?;
        let pixels = usize::from(width) * usize::from(height);
        ensure!(
            image.data.len() == pixels * 4,
            "the display must have 24 bits of colour in 32 bits"
        );
        Ok(Self {
            width: width.into(),
            height: height.into(),
            grey: image.data.chunks_exact(4).map(grey).collect(),
        })
    }

    /// A screenshot in PNG.
    pub fn of_png(bytes: &[u8]) -> anyhow::Result<Self> {
        let mut decoder = png::Decoder::new(Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().context("this is no PNG")?;
        let info = reader.info();
        ensure!(
            info.width <= MAX_SIDE && info.height <= MAX_SIDE,
            "the picture is larger than any screen"
        );
        let size = reader.output_buffer_size().context("the picture is too large")?;
        let mut pixels = vec![0; size];
        let frame = reader.next_frame(&mut pixels).context("the PNG is broken")?;
        let samples = frame.color_type.samples();
        let shade = |pixel: &[u8]| if samples < 3 { pixel[0] } else { grey(pixel) };
        Ok(Self {
            width: usize::try_from(frame.width)?,
            height: usize::try_from(frame.height)?,
            grey: pixels[..frame.buffer_size()]
                .chunks_exact(samples)
                .map(shade)
                .collect(),
        })
    }

    /// The texts of all QR codes that can be read.
    #[must_use]
    pub fn codes(&self) -> Vec<String> {
        let mut eye = quircs::Quirc::default();
        let codes = eye.identify(self.width, self.height, &self.grey);
        codes
            .filter_map(|code| code.ok()?.decode().ok())
            .filter_map(|data| String::from_utf8(data.payload).ok())
            .collect()
    }
}

/// Colours weigh the same: the order of red and blue does not matter then.
fn grey(pixel: &[u8]) -> u8 {
    let sum: u16 = pixel[..3].iter().map(|&part| u16::from(part)).sum();
    u8::try_from(sum / 3).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "bankid.67df3917-fa0d-44e5-b327-edcc928297f8.0.\
                        dc69358e712458a66a7525beef148ae8526b1c71610eff2c16cdffb4cdac9bf8";

    /// A screen of 1280 × 800 with the code in the middle, dark blue on off-white as a screen has it.
    fn screenshot() -> Vec<u8> {
        let code = qrcode::QrCode::new(TEXT).unwrap();
        let side = code.width();
        let dark = code.to_colors();
        let mut pixels = vec![0xf4_u8; 1_280 * 800 * 3];
        for (place, _) in dark
            .iter()
            .enumerate()
            .filter(|(_, colour)| **colour == qrcode::Color::Dark)
        {
            let (left, top) = (400 + place % side * 6, 200 + place / side * 6);
            for y in top..top + 6 {
                for x in left..left + 6 {
                    pixels[(y * 1_280 + x) * 3..][..3].copy_from_slice(&[0x10, 0x20, 0x40]);
                }
            }
        }
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, 1_280, 800);
        encoder.set_color(png::ColorType::Rgb);
        encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
        file
    }

    #[test]
    fn reads_the_code_from_the_pixels_of_a_screenshot() {
        let picture = Picture::of_png(&screenshot()).unwrap();
        assert_eq!(picture.codes(), [TEXT]);
    }

    #[test]
    fn sees_nothing_on_an_empty_screen_and_refuses_what_is_no_picture() {
        let empty = Picture {
            width: 640,
            height: 480,
            grey: vec![200; 640 * 480],
        };
        assert_eq!(empty.codes(), Vec::<String>::new());
        assert!(Picture::of_png(b"no picture").is_err());
    }
}
