//! Times and numbers, ready to be shown. All other words are translated in the drawings.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::visit::reservation::{Telephone, TextVersion};

/// Keeps the groups of a number on one line.
const NO_BREAK_SPACE: char = '\u{a0}';

/// "10.00"
pub(super) fn clock(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H.%M").to_string()
}

/// "10.00", or nothing.
pub(super) fn clock_or_empty(at: Option<Timestamp>, zone: &TimeZone) -> String {
    at.map_or_else(String::new, |at| clock(at, zone))
}

/// Minutes until then, at least one: "Locked for 5 minutes" never says 0.
pub(super) fn minutes_until(then: Timestamp, now: Timestamp) -> i32 {
    let left = then.duration_since(now) + SignedDuration::from_secs(59);
    i32::try_from(left.as_mins()).unwrap_or(i32::MAX).max(1)
}

/// "060-12 34 56", unbroken.
pub(super) fn number(telephone: &Telephone) -> String {
    unbroken(&telephone.number)
}

/// "482 917 #", unbroken; empty where the meeting asks for no code.
pub(super) fn code(telephone: &Telephone) -> String {
    let Some(code) = &telephone.code else {
        return String::new();
    };
    let figures = code.trim().trim_end_matches('#').trim_end();
    format!("{}{NO_BREAK_SPACE}#", unbroken(figures))
}

/// "3, 2026"
pub(super) fn text_version(version: TextVersion) -> String {
    format!("{}, {}", version.number, version.year)
}

/// Characters of a page of a text that is read aloud: what has room in the smaller of its two sizes.
const PAGE: usize = 600;

/// A text in pages, cut between sentences where it can be, else between words.
pub(super) fn pages(text: &str) -> Vec<String> {
    let mut pages: Vec<String> = Vec::new();
    for piece in text.split_inclusive(['.', '?', '!', ':']).flat_map(short_enough) {
        match pages.last_mut() {
            Some(page) if page.chars().count() + piece.chars().count() <= PAGE => page.push_str(piece),
            _ => pages.push(piece.trim_start().to_owned()),
        }
    }
    pages
}

/// A sentence in pieces that each have room on a page.
fn short_enough(sentence: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = sentence;
    while let Some((at, _)) = rest.char_indices().nth(PAGE) {
        let cut = rest[..at].rfind(' ').map_or(at, |space| space + 1);
        let (piece, after) = rest.split_at(cut);
        pieces.push(piece);
        rest = after;
    }
    pieces.push(rest);
    pieces
}

/// A count for the drawings. Nothing that is counted here comes near the limit.
pub(super) fn count(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

/// Groups that stay on one line.
pub(super) fn unbroken(text: &str) -> String {
    text.replace(' ', &NO_BREAK_SPACE.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_as_in_sweden_summer_and_winter() {
        let zone = TimeZone::get("Europe/Stockholm").unwrap();
        let winter: Timestamp = "2026-11-20T09:00:00Z".parse().unwrap();
        let summer: Timestamp = "2026-07-01T06:05:00Z".parse().unwrap();
        assert_eq!(clock(winter, &zone), "10.00");
        assert_eq!(clock(summer, &zone), "08.05");
    }

    #[test]
    fn a_lock_of_a_second_is_still_a_minute() {
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(minutes_until(now + SignedDuration::from_secs(1), now), 1);
        assert_eq!(minutes_until(now + SignedDuration::from_mins(5), now), 5);
        assert_eq!(minutes_until(now, now), 1);
    }

    #[test]
    fn a_long_text_is_cut_between_sentences_and_nothing_is_lost() {
        let text = "Det här är en mening. ".repeat(90);
        let cut = pages(&text);
        assert!(cut.len() > 2 && cut.iter().all(|page| page.chars().count() <= PAGE));
        assert!(
            cut.iter()
                .all(|page| page.starts_with("Det") && page.trim_end().ends_with('.'))
        );
        let unbroken = "å".repeat(1500);
        assert_eq!(pages(&unbroken).concat(), unbroken);
        assert_eq!(pages(""), Vec::<String>::new());
    }

    #[test]
    fn numbers_stay_on_one_line() {
        let telephone = Telephone {
            number: "060-12 34 56".into(),
            code: Some("482 917".into()),
        };
        assert_eq!(number(&telephone), "060-12\u{a0}34\u{a0}56");
        assert_eq!(code(&telephone), "482\u{a0}917\u{a0}#");
    }
}
