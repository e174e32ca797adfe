//! The lines of an iCalendar file (RFC 5545, section 3.1) and what stands between a `BEGIN` and its `END`. What a line means
//! is `calendar_file`'s and `calendar_zone`'s.

use jiff::civil::DateTime;

/// A content line.
#[derive(Debug)]
pub(super) struct Property<'a> {
    /// In capitals.
    pub(super) name: String,
    /// The zone of its time, where it names one.
    pub(super) time_zone: Option<&'a str>,
    /// As it is written, escapes included.
    pub(super) value: &'a str,
}

impl<'a> Property<'a> {
    pub(super) fn read(line: &'a str) -> Option<Self> {
        // A colon within quotes belongs to a parameter.
        let mut quoted = false;
        let colon = line.char_indices().find(|(_, c)| {
            quoted ^= *c == '"';
            *c == ':' && !quoted
        });
        let (head, value) = line.split_at(colon?.0);
        let mut parts = outside_quotes(head).into_iter();
        let name = parts.next()?.to_ascii_uppercase();
        let time_zone = parts.find_map(|part| {
            let (name, value) = part.split_once('=')?;
            name.eq_ignore_ascii_case("TZID").then_some(value)
        });
        Some(Self {
            name,
            time_zone: time_zone.map(|zone| zone.trim_matches('"')),
            value: &value[1..],
        })
    }

    /// Whether its value is this word, however it is written.
    pub(super) fn says(&self, word: &str) -> bool {
        self.value.trim().eq_ignore_ascii_case(word)
    }
}

/// Parameters; a semicolon within quotes belongs to a value.
fn outside_quotes(head: &str) -> Vec<&str> {
    let mut quoted = false;
    head.split(|c: char| {
        quoted ^= c == '"';
        c == ';' && !quoted
    })
    .collect()
}

/// A date and time without zone (section 3.3.5). A day without a time is none.
pub(super) fn date_time(text: &str) -> Option<DateTime> {
    text.contains('T').then(|| text.parse().ok()).flatten()
}

/// Content lines without their folding.
pub(super) fn unfolded(file: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in file.trim_start_matches('\u{feff}').lines() {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// The lines of each component of that name, wherever it stands; those of components within it are not its.
pub(super) fn components<'a, S: AsRef<str>>(lines: &'a [S], name: &str) -> Vec<Component<'a>> {
    let begin = format!("BEGIN:{name}");
    let mut found: Vec<Component> = Vec::new();
    let mut depth = 0_usize;
    for line in lines.iter().map(AsRef::as_ref) {
        let upper = line.trim_end().to_ascii_uppercase();
        match depth {
            0 if upper == begin => {
                found.push(Component::default());
                depth = 1;
            }
            0 => {}
            _ if upper.starts_with("BEGIN:") => depth += 1,
            _ if upper.starts_with("END:") => depth -= 1,
            _ => {}
        }
        if let (Some(component), 1..) = (found.last_mut(), depth) {
            component.whole.push(line);
            if depth == 1 && !upper.starts_with("BEGIN:") && !upper.starts_with("END:") {
                component.own.push(line);
            }
        }
    }
    found
}

/// What stands between a `BEGIN` and its `END`.
#[derive(Debug, Default)]
pub(super) struct Component<'a> {
    own: Vec<&'a str>,
    /// With the lines of what stands within it.
    pub(super) whole: Vec<&'a str>,
}

impl<'a> Component<'a> {
    /// Its own properties.
    pub(super) fn properties(&self) -> Vec<Property<'a>> {
        self.own.iter().copied().filter_map(Property::read).collect()
    }
}
