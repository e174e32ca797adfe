//! The portal's HTML: plain, made on the server, and on each page that it is a stand-in.

use maud::{Markup, PreEscaped, html};

use super::EId;
use super::booking::{Booking, Way};
use crate::plain_page;

fn page(who: Option<&str>, body: &Markup) -> Markup {
    let whole = html! {
        @if let Some(who) = who {
            p { "Inloggad: " (who) " · " a id="logout" href="/logout" { "Logga ut" } }
        }
        (body)
    };
    plain_page::page(
        "Testportal",
        "sv",
        "Testportal. Inga riktiga uppgifter finns här.",
        &whole,
    )
}

/// The first page.
pub(super) fn welcome(e_id: EId) -> Markup {
    page(
        None,
        &html! { h1 { "Välkommen" } p { a.button id="login" href=(e_id.page()) { "Logga in" } } },
    )
}

/// All booked times of a person.
pub(super) fn bookings(who: &str, bookings: &[Booking]) -> Markup {
    let body = html! {
        h1 { "Bokade tider" }
        @if bookings.is_empty() { p { "Du har inga bokade tider." } }
        ul {
            @for booking in bookings {
                li { a href=(format!("/times/{}", booking.id)) { (booking.when) ": " (booking.title) } }
            }
        }
    };
    page(Some(who), &body)
}

/// One booked time, and the way to its meeting.
pub(super) fn booking(who: &str, booking: &Booking) -> Markup {
    let body = html! {
        h1 { (booking.title) }
        p { (booking.when) }
        p { (booking.unit) }
        (way_to(booking))
        p { a href="/times" { "Alla bokade tider" } }
    };
    page(Some(who), &body)
}

fn way_to(booking: &Booking) -> Markup {
    let link = booking.link.as_str();
    let words = "Anslut till videobesöket";
    // JSON is a JavaScript literal; `</` must not end the script.
    let literal = serde_json::Value::from(link).to_string().replace("</", "<\\/");
    match booking.way {
        Way::Link => html! { a.button id="join" href=(link) { (words) } },
        Way::Redirect => html! { a.button id="join" href=(format!("/times/{}/go", booking.id)) { (words) } },
        Way::NewTab => html! { a.button id="join" href=(link) target="_blank" { (words) } },
        Way::Download => html! { a.button id="join" href=(link) download="fil" { (words) } },
        Way::WindowOpen => html! {
            button id="join" { (words) }
            script { (PreEscaped(format!("document.getElementById('join').onclick=()=>window.open({literal})"))) }
        },
        Way::Frame => html! { iframe id="join" src=(link) {} },
        Way::Popup => html! { script { (PreEscaped(format!("window.open({literal})"))) } },
        Way::Script => html! { script { (PreEscaped(format!("location.href={literal}"))) } },
        Way::Parts => html! {
            img alt="" src=(link);
            script src=(link) {}
            script { (PreEscaped(format!("fetch({literal},{{mode:'no-cors'}}).catch(()=>0)"))) }
        },
    }
}

/// Why it does not go on.
pub(super) fn refused(why: &str) -> Markup {
    let body =
        html! { h1 { "Det gick inte" } p id="refused" { (why) } p { a href="/" { "Till startsidan" } } };
    page(None, &body)
}
