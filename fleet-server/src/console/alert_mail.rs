//! An alert in the words of a mail, in Swedish: kit, municipality, time. There is nothing else that it could say.

use super::{clock, texts};
use crate::domain::notification::Notification;

/// Subject and body. `console` is the console's address, for a link.
pub(crate) fn alert_mail(notification: &Notification, console: Option<&str>) -> (String, String) {
    let texts = texts::swedish();
    let alert = texts.word("alert", notification.kind.name());
    let subject = texts.fill("mail.subject", &[("kit", &notification.kit), ("alert", alert)]);
    let visit = notification.visit_at.map_or_else(String::new, |at| {
        let time = clock::when(texts, at, notification.raised_at);
        texts.fill("mail.visit", &[("time", &time)]) + "\n"
    });
    let link = console.map_or_else(String::new, |console| {
        let path = match notification.ticket {
            Some(ticket) => format!("tasks/{ticket}"),
            None => format!("kits/{}", notification.kit_id),
        };
        format!("{}/{path}\n", console.trim_end_matches('/'))
    });
    let values = [
        ("alert", alert),
        ("kit", notification.kit.as_str()),
        ("municipality", notification.municipality.as_str()),
        ("visit", visit.as_str()),
        ("link", link.as_str()),
    ];
    (subject, texts.fill("mail.body", &values))
}
