//! A QR code as a PNG.

use qrcode::{Color, QrCode};

/// Pixels of one square of the code.
const SQUARE: usize = 8;
/// Empty squares around it, as the standard has it.
const QUIET: usize = 4;

/// Draws this text.
pub(super) fn of(text: &str) -> anyhow::Result<Vec<u8>> {
    let code = QrCode::new(text)?;
    let squares = code.width() + 2 * QUIET;
    let side = squares * SQUARE;
    let shade = |place: usize| {
        let (x, y) = (place % side / SQUARE, place / side / SQUARE);
        let inside = |at: usize| (QUIET..QUIET + code.width()).contains(&at);
        let dark = inside(x) && inside(y) && code[(x - QUIET, y - QUIET)] == Color::Dark;
        if dark { 0 } else { u8::MAX }
    };
    let pixels: Vec<u8> = (0..side * side).map(shade).collect();
    let mut file = Vec::new();
    let side = u32::try_from(side)?;
    let mut encoder = png::Encoder::new(&mut file, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header()?.write_image_data(&pixels)?;
    Ok(file)
}
