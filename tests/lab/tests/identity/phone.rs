//! A phone before a real X server: it reads the code from the pixels of the screen.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use lab::phone::{Act, Code, Picture};
use qrcode::{Color, QrCode};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, CreateGCAux, Rectangle};

use crate::support::Lab;

/// An X server of its own, gone when dropped.
struct Screen {
    server: Child,
    display: String,
}

impl Screen {
    /// The server chooses a free number and says which once it answers.
    fn start() -> Self {
        let mut server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1280x800x24",
                "-nolisten",
                "tcp",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed by `./dev setup`");
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap())
            .read_line(&mut number)
            .unwrap();
        let display = format!(":{}", number.trim());
        Self { server, display }
    }

    /// Paints a QR code into the middle, dark on light, its squares 5 pixels wide.
    fn show(&self, text: &str) -> impl Connection + use<> {
        const SQUARE: i16 = 5;
        let (connection, screen) = x11rb::connect(Some(&self.display)).unwrap();
        let root = connection.setup().roots[screen].root;
        let paint = |colour: u32, squares: &[Rectangle]| {
            let brush = connection.generate_id().unwrap();
            connection
                .create_gc(brush, root, &CreateGCAux::new().foreground(colour))
                .unwrap();
            connection.poly_fill_rectangle(root, brush, squares).unwrap();
        };
        paint(
            0x00f4_f1ea,
            &[Rectangle {
                x: 0,
                y: 0,
                width: 1_280,
                height: 800,
            }],
        );
        let code = QrCode::new(text).unwrap();
        let place = |at: usize| i16::try_from(at).unwrap() * SQUARE;
        let dark = |at: &usize| code[(at % code.width(), at / code.width())] == Color::Dark;
        let squares: Vec<Rectangle> = (0..code.width().pow(2))
            .filter(dark)
            .map(|at| Rectangle {
                x: 450 + place(at % code.width()),
                y: 200 + place(at / code.width()),
                width: 5,
                height: 5,
            })
            .collect();
        paint(0x0012_2a44, &squares);
        connection
            .get_input_focus()
            .unwrap()
            .reply()
            .expect("all of it is painted");
        connection
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[tokio::test]
async fn a_kit_is_checked_out_by_what_stands_on_its_screen() {
    let lab = Lab::start().await;
    let key = lab.register(crate::support::STAFF, lab::jose::Signing::ES256, true);
    let begun = lab.device(&key).await;
    let address = begun["verification_uri_complete"].as_str().unwrap();
    let screen = Screen::start();
    // What was painted stays for as long as this client is there.
    let _painter = screen.show(address);
    let phone = lab.phone("hanna").await;
    let look = || Picture::of_display(&screen.display);
    let seen = phone
        .use_screen(look, Act::Identify, Duration::from_secs(20))
        .await
        .unwrap();
    assert_eq!(seen, Code::Address(address.into()));
    let tokens = lab
        .device_token(&key, begun["device_code"].as_str().unwrap())
        .await;
    assert!(tokens["id_token"].is_string(), "{tokens}");
}
