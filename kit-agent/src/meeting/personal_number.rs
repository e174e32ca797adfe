//! Finds Swedish personal and coordination numbers, so that a link that carries one is refused.
//!
//! The check digit (Luhn) is asked for only where nothing else tells ten digits in a row from another number: a wrong
//! refusal costs a new link, a miss puts somebody's identity into the logs of every server on the way.
//! Source: the Swedish Tax Agency's SKV 704 and SKV 707 (coordination numbers: day + 60).

use percent_encoding::percent_decode_str;

/// A link may have been encoded once more by each mail filter on its way.
const DECODINGS: usize = 3;

/// Whether one stands anywhere in the text, percent-encoded or not.
#[must_use]
pub(super) fn is_in(text: &str) -> bool {
    let mut text = text.to_owned();
    for _ in 0..DECODINGS {
        if is_in_plain(&text) {
            return true;
        }
        text = percent_decode_str(&text).decode_utf8_lossy().into_owned();
    }
    is_in_plain(&text)
}

fn is_in_plain(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let begins_number = |at: usize| at == 0 || !chars[at - 1].is_ascii_digit();
    (0..chars.len()).filter(|at| begins_number(*at)).any(|at| {
        let rest = &chars[at..];
        is_number_at(rest, 4) || is_number_at(rest, 2)
    })
}

/// Year, month, day and four digits; one separator may stand between each.
fn is_number_at(mut rest: &[char], year_digits: usize) -> bool {
    let mut digits = Vec::with_capacity(12);
    let mut separated = false;
    for length in [year_digits, 2, 2, 4] {
        if !digits.is_empty() && rest.first().copied().is_some_and(is_separator) {
            rest = &rest[1..];
            separated = true;
        }
        let Some(part) = rest
            .get(..length)
            .filter(|part| part.iter().all(char::is_ascii_digit))
        else {
            return false;
        };
        digits.extend(part.iter().filter_map(|c| c.to_digit(10)));
        rest = &rest[length..];
    }
    let ends = rest.first().is_none_or(|c| !c.is_ascii_digit());
    ends && is_date(&digits, year_digits) && (separated || year_digits == 4 || is_luhn(&digits))
}

fn is_separator(c: char) -> bool {
    matches!(c, '-' | '+' | '_' | '.' | '/' | ' ' | '\u{2013}' | '\u{2212}')
}

fn is_date(digits: &[u32], year_digits: usize) -> bool {
    let number = |from: usize, to: usize| digits[from..to].iter().fold(0, |n, digit| n * 10 + digit);
    let year_fits = year_digits == 2 || (1850..2100).contains(&number(0, 4));
    let (month, day) = (
        number(year_digits, year_digits + 2),
        number(year_digits + 2, year_digits + 4),
    );
    year_fits && (1..=12).contains(&month) && ((1..=31).contains(&day) || (61..=91).contains(&day))
}

fn is_luhn(digits: &[u32]) -> bool {
    let weigh = |(place, digit): (usize, &u32)| match digit * (2 - u32::from(place % 2 == 1)) {
        weighed if weighed > 9 => weighed - 9,
        weighed => weighed,
    };
    digits.iter().enumerate().map(weigh).sum::<u32>() % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_numbers_are_found_in_every_writing() {
        for text in [
            "191212121212",
            "19121212-1212",
            "121212-1212",
            "121212+1212",
            "1212121212",
            "sip-19900101-1234",
            "a/1990%2D01-01%2d1234",
            "900161-1234",
            "19900161%2D1234",
            "x19121212%252D1212y",
        ] {
            assert!(is_in(text), "{text}");
        }
    }

    #[test]
    fn other_numbers_are_let_through() {
        for text in [
            "",
            "060-123456",
            "1212121213",
            "9919121212121299",
            "2026-11-20",
            "123456",
            "991399-1234",
        ] {
            assert!(!is_in(text), "{text}");
        }
    }
}
