//! The provider's HTML. Every page says that it is a stand-in; no name or mark of a real service stands on it.

use maud::{Markup, PreEscaped, html};

use crate::plain_page;

/// A code each second, and on when the login has ended.
const SCRIPT: &str = "const at=location.pathname;setInterval(async()=>{\
    document.getElementById('qr')?.setAttribute('src',at+'/qr.png?'+Date.now());\
    try{const now=await(await fetch(at+'/state')).json();\
    if(now.ended)location.replace(at+'/end');\
    else document.getElementById('words').textContent=now.text}catch{}},1000)";

fn page(english: bool, body: &Markup) -> Markup {
    let (language, stand_in) = if english {
        ("en", "Stand-in for tests. Nobody is really identified here.")
    } else {
        (
            "sv",
            "Provlegitimation för tester. Ingen legitimeras på riktigt här.",
        )
    };
    plain_page::page("Provlegitimation", language, stand_in, body)
}

/// Shows the QR code, or, on the phone itself, the link to the app.
pub(super) fn login(login: &str, hint: &str, auto_start: Option<&str>, english: bool) -> Markup {
    let body = html! {
        h1 { (if english { "Log in" } else { "Logga in" }) }
        p id="words" { (words_for(hint, english)) }
        @match auto_start {
            Some(token) => p {
                a.button id="open-app" href=(format!("bankid:///?autostarttoken={token}&redirect=null")) {
                    "Öppna appen på den här telefonen"
                }
            },
            None => img id="qr" alt="QR" src=(format!("/login/{login}/qr.png"));,
        }
        form method="post" action=(format!("/login/{login}/cancel")) {
            button id="cancel" { (if english { "Cancel" } else { "Avbryt" }) }
        }
        noscript { meta http-equiv="refresh" content="1"; }
        script { (PreEscaped(SCRIPT)) }
    };
    page(english, &body)
}

/// What to do now, for a hint code of BankID.
pub(super) fn words_for(hint: &str, english: bool) -> &'static str {
    match (hint, english) {
        ("outstandingTransaction" | "noClient", false) => "Starta appen i telefonen och läs av QR-koden.",
        ("outstandingTransaction" | "noClient", true) => "Start the app on your phone and scan the QR code.",
        ("userSign", false) => "Skriv in din säkerhetskod i appen.",
        ("userSign", true) => "Enter your security code in the app.",
        (_, false) => "Inloggning pågår.",
        (_, true) => "Logging in.",
    }
}

/// Asks for the code that a device shows.
pub(super) fn device_code() -> Markup {
    let body = html! {
        h1 { "Skriv in koden från plattan" }
        form method="get" action="/device" {
            p { input name="user_code" autocomplete="off" autocapitalize="characters"; }
            button { "Fortsätt" }
        }
    };
    page(false, &body)
}

/// Asks whether this device is to be let in.
pub(super) fn device_question(user_code: &str, client: &str) -> Markup {
    let answer = |answer: &str, words: &str| {
        html! {
            form method="post" action="/device/answer" {
                input type="hidden" name="user_code" value=(user_code);
                input type="hidden" name="answer" value=(answer);
                button id=(answer) { (words) }
            }
        }
    };
    let body = html! {
        h1 { "Står den här koden på plattan?" }
        p { strong { (user_code) } }
        p { "Du loggar in på: " (client) }
        (answer("yes", "Ja, logga in"))
        (answer("no", "Nej"))
    };
    page(false, &body)
}

/// Nothing is left to do on the phone.
pub(super) fn device_end(granted: bool) -> Markup {
    let words = if granted {
        "Klart. Du kan lägga undan telefonen."
    } else {
        "Plattan fick ingen inloggning."
    };
    page(false, &html! { p id="done" { (words) } })
}

/// Says why it does not go on.
pub(super) fn refused(why: &str) -> Markup {
    page(false, &html! { h1 { "Det gick inte" } p id="refused" { (why) } })
}

/// The browser is not known any more.
pub(super) fn logged_out() -> Markup {
    page(false, &html! { p id="done" { "Du är utloggad." } })
}
