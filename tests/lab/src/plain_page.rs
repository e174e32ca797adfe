//! The HTML around everything that the stand-ins show to people: plain, and on top of each page that it is a stand-in. No name
//! or mark of a real service stands on any of them.

use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = "body{font:1.3rem/1.4 sans-serif;max-width:46rem;margin:.5rem auto;padding:0 1rem}\
    h1{font-size:1.8rem;margin:.5rem 0}p{margin:.5rem 0}.stand-in{background:#ffe9a8;padding:.2rem;text-align:center}\
    #qr{height:min(28rem,58vh);image-rendering:pixelated}\
    button,a.button{display:inline-block;font:inherit;padding:.5rem 1.5rem;border:2px solid #123;border-radius:.4rem;\
    background:#fff;color:#123;text-decoration:none}";

/// A page with this title; `stand_in` says that it is none of the real ones.
pub(crate) fn page(title: &str, language: &str, stand_in: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(language) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                p.stand-in { (stand_in) }
                (body)
            }
        }
    }
}
