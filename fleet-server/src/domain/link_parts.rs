//! What a link says, read as servers on its way read it: decoded, in lower case, without what only looks different.

use fleet_api::MeetingLink;
use percent_encoding::percent_decode_str;
use url::Url;

/// How often a percent-encoded text is decoded; a link is sometimes encoded once more by each mail filter on its way.
const DECODINGS: usize = 3;

/// The parts of a link. They are as secret as the link itself.
pub(super) struct LinkParts {
    pub(super) host: String,
    pub(super) port: u16,
    /// The path's segments; those that are empty say nothing.
    pub(super) path: Vec<String>,
    /// The query's fields by name and value.
    pub(super) query: Vec<(String, String)>,
    /// What follows `#`.
    pub(super) fragment: String,
}

impl LinkParts {
    pub(super) fn of(link: &MeetingLink) -> Self {
        let url = Url::parse(link.expose()).expect("parsed when the link was made");
        let path = url.path().split('/').filter(|segment| !segment.is_empty());
        let query = url.query_pairs();
        Self {
            host: link.host(),
            port: link.port(),
            path: path.map(plain).collect(),
            query: query.map(|(name, value)| (plain(&name), plain(&value))).collect(),
            fragment: plain(url.fragment().unwrap_or_default()),
        }
    }

    /// The fields that the page itself reads from the fragment: `#/room?name=…`, `#config.name=…&…`.
    pub(super) fn fragment_fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.fragment.split(['?', '&', ';']);
        fields.filter_map(|field| field.split_once('='))
    }
}

fn plain(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..DECODINGS {
        text = percent_decode_str(&text).decode_utf8_lossy().into_owned();
    }
    text.to_lowercase()
}
