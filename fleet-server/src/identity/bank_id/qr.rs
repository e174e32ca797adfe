//! The QR code of each second ("animated QR"): whoever photographs it has nothing a moment later.

use aws_lc_rs::hmac;
use fleet_api::QrData;
use secrecy::ExposeSecret;

use super::answer::Begun;

/// The code `second` whole seconds after the order's answer arrived.
pub(super) fn code(order: &Begun, second: u64) -> Option<QrData> {
    let second = second.to_string();
    let key = hmac::Key::new(
        hmac::HMAC_SHA256,
        order.qr_start_secret.expose_secret().as_bytes(),
    );
    let proof = hmac::sign(&key, second.as_bytes());
    let proof = hex::encode(proof);
    let token = order.qr_start_token.expose_secret();
    QrData::parse(&format!("bankid.{token}.{second}.{proof}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_vectors_hold() {
        let order = Begun {
            reference: "131daac9".to_owned().into(),
            qr_start_token: "67df3917-fa0d-44e5-b327-edcc928297f8".to_owned().into(),
            qr_start_secret: "d28db9a7-4cde-429e-a983-359be676944c".to_owned().into(),
        };
        for (second, proof) in [
            (
                0,
                "dc69358e712458a66a7525beef148ae8526b1c71610eff2c16cdffb4cdac9bf8",
            ),
            (
                1,
                "949d559bf23403952a94d103e67743126381eda00f0b3cbddbf7c96b1adcbce2",
            ),
            (
                2,
                "a9e5ec59cb4eee4ef4117150abc58fad7a85439a6a96ccbecc3668b41795b3f3",
            ),
        ] {
            let expected = format!("bankid.67df3917-fa0d-44e5-b327-edcc928297f8.{second}.{proof}");
            assert_eq!(code(&order, second).unwrap().expose(), expected);
        }
    }
}
