//! What the pages load. Each file's address carries a hash of its content, so that browsers keep it for good and never
//! show an old one; the fonts, which the style sheet names, and nothing else, are found by their plain names too.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use axum::http::{HeaderName, header};
use maud::{Markup, html};

use crate::web::{Path, Problem};

const STYLE: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const PICTURE: &str = "image/svg+xml";
const FONT: &str = "font/woff2";
/// Hexadecimal digits of the hash in an address.
const DIGITS: usize = 12;

/// How long browsers keep what never changes under its address.
const FOR_GOOD: &str = "max-age=31536000, immutable";
const FOR_A_WHILE: &str = "max-age=300";

macro_rules! files {
    ($($name:literal $kind:ident $path:literal),+ $(,)?) => {
        [$(($name, $kind, include_bytes!(concat!("../../../assets/", $path)).as_slice())),+]
    };
}

/// Name, media type, content.
const FILES: [(&str, &str, &[u8]); 12] = files![
    "console.css" STYLE "console.css",
    "views.css" STYLE "views.css",
    "reports.css" STYLE "reports.css",
    "contrast.css" STYLE "contrast.css",
    "htmx.js" SCRIPT "scripts/htmx.min.js",
    "sse.js" SCRIPT "scripts/htmx-ext-sse.min.js",
    "idiomorph.js" SCRIPT "scripts/idiomorph-ext.min.js",
    "live.js" SCRIPT "scripts/live.js",
    "mark.svg" PICTURE "mark.svg",
    "source-sans-3-400.woff2" FONT "fonts/source-sans-3-latin-400-normal.woff2",
    "source-sans-3-600.woff2" FONT "fonts/source-sans-3-latin-600-normal.woff2",
    "source-sans-3-700.woff2" FONT "fonts/source-sans-3-latin-700-normal.woff2",
];

/// What htmx may do: nothing that evaluates text, adds styles or keeps copies of pages in the browser's storage.
const HTMX: &str = r#"{"allowEval":false,"allowScriptTags":false,"includeIndicatorStyles":false,"historyCacheSize":0,"scrollIntoViewOnBoost":false,"timeout":20000}"#;

struct Asset {
    /// With the hash in it.
    hashed: String,
    plain: &'static str,
    media_type: &'static str,
    content: &'static [u8],
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let asset = |(plain, media_type, content): (&'static str, &'static str, &'static [u8])| {
        let hash = hex::encode(digest(&SHA256, content));
        let (stem, ending) = plain.rsplit_once('.').unwrap_or((plain, ""));
        Asset {
            hashed: format!("{stem}-{}.{ending}", &hash[..DIGITS]),
            plain,
            media_type,
            content,
        }
    };
    FILES.into_iter().map(asset).collect()
});

/// The elements that load style and scripts; high contrast for those who have chosen it, and for those whose system asks for it.
pub(super) fn head(contrast: bool) -> Markup {
    let media = |asset: &Asset| match asset.plain {
        "contrast.css" if contrast => Some("screen"),
        "contrast.css" => Some("screen and (prefers-contrast: more)"),
        _ => None,
    };
    let of = |media_type| ASSETS.iter().filter(move |asset| asset.media_type == media_type);
    html! {
        meta name="htmx-config" content=(HTMX);
        @for picture in of(PICTURE) { link rel="icon" type=(PICTURE) href={ "/assets/" (picture.hashed) }; }
        @for style in of(STYLE) { link rel="stylesheet" href={ "/assets/" (style.hashed) } media=[media(style)]; }
        @for script in of(SCRIPT) { script src={ "/assets/" (script.hashed) } defer {} }
    }
}

/// `GET /assets/{name}`.
pub(super) async fn asset(
    Path(name): Path<String>,
) -> Result<([(HeaderName, &'static str); 2], &'static [u8]), Problem> {
    let found = ASSETS
        .iter()
        .find(|asset| asset.hashed == name || (asset.media_type == FONT && asset.plain == name));
    let asset = found.ok_or_else(|| Problem::not_found("there is no such file"))?;
    let kept = if asset.hashed == name {
        FOR_GOOD
    } else {
        FOR_A_WHILE
    };
    Ok((
        [
            (header::CONTENT_TYPE, asset.media_type),
            (header::CACHE_CONTROL, kept),
        ],
        asset.content,
    ))
}
