//! CSV as spreadsheets of Swedish offices read it: semicolons, UTF-8 with a byte order mark.
//!
//! A cell that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV injection"); reading takes it
//! away again.

use axum::{
    http::{HeaderName, header},
    response::{IntoResponse, Response},
};

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A file for download.
pub(super) fn download<const COLUMNS: usize>(
    name: &str,
    head: [&str; COLUMNS],
    rows: impl IntoIterator<Item = [String; COLUMNS]>,
) -> Response {
    let headers: [(HeaderName, String); 2] = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.csv\""),
        ),
    ];
    (headers, write(head, rows)).into_response()
}

/// The file's content.
pub(super) fn write<const COLUMNS: usize>(
    head: [&str; COLUMNS],
    rows: impl IntoIterator<Item = [String; COLUMNS]>,
) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer(BYTE_ORDER_MARK.as_bytes().to_vec());
    let in_memory = "writing to memory does not fail, and all rows have the same length";
    writer.write_record(head).expect(in_memory);
    for row in rows {
        writer.write_record(row.map(defused)).expect(in_memory);
    }
    writer.into_inner().expect(in_memory)
}

/// A number below zero, such as kilometres, is a number.
fn defused(cell: String) -> String {
    let digits = cell.strip_prefix('-');
    let is_number =
        digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit()));
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number {
        format!("'{cell}")
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_formulas_defused() {
        let rows = [
            ["a;b".to_owned(), "=1+1".to_owned()],
            ["\"".to_owned(), "å".to_owned()],
            ["-12".to_owned(), "-1+1".to_owned()],
        ];
        let text = String::from_utf8(write(["x", "y"], rows)).unwrap();
        assert_eq!(
            text,
            "\u{feff}x;y\r\n\"a;b\";'=1+1\r\n\"\"\"\";å\r\n-12;'-1+1\r\n"
        );
    }
}
