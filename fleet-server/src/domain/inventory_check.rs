//! What must hold for any bytes that somebody gives as a register. Run by tests and, for longer, by `tests/fuzz`.

use super::inventory_file::{MOST_ROWS, read};

/// Reads the bytes as a file.
pub(crate) fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match read(&text) {
        Ok(rows) => {
            assert!(rows.len() <= MOST_ROWS);
            assert!(rows.iter().map(|row| row.number).is_sorted());
            for row in &rows {
                let part = row.part.as_ref();
                assert!(
                    part.is_none_or(|part| part.check().is_ok()),
                    "a part that may not be was taken"
                );
                assert!(!row.kit.as_str().trim().is_empty());
            }
        }
        Err(errors) => {
            assert!(!errors.is_empty(), "refused without a reason");
            assert!(errors.iter().all(|error| error.row > 0 && !error.code.is_empty()));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::inventory_file::COLUMNS;

    #[test]
    fn the_corpus_does_no_harm() {
        let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fuzz/corpus/register");
        let mut seen = 0;
        for file in std::fs::read_dir(corpus).unwrap() {
            super::check(&std::fs::read(file.unwrap().path()).unwrap());
            seen += 1;
        }
        assert!(seen > 5, "the corpus is missing");
    }

    /// A row that is nearly right, so that the checks behind the first are reached too.
    fn row() -> impl Strategy<Value = String> {
        let cells = [
            "(Kit [0-9]{1,3}|.{0,50})",
            "(region|municipality(: ?.{0,20})?|.{0,5})",
            "(tablet|stand|sim|speakerphone|.{0,5})",
            "('?[0-9=+-]{0,50}|\".{0,5})",
            "(good|broken|.{0,5})",
            "(20[0-9]{2}-[01][0-9]-[0-3][0-9]|.{0,5})?",
            "([0-9]{0,6}[.,]?[0-9]{0,2})?",
            "([0-9]{0,24})?",
            "(Operatör|.{0,5})?",
            "(region|municipality)?",
        ];
        cells
            .map(|cell| cell.prop_map(String::from))
            .to_vec()
            .prop_map(|cells| cells.join(";"))
    }

    proptest! {
        #[test]
        fn no_bytes_do_harm(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            super::check(&bytes);
            super::check(&[COLUMNS.join(";").as_bytes(), b"\n", bytes.as_slice()].concat());
        }

        #[test]
        fn no_rows_do_harm(rows in prop::collection::vec(row(), 0..6), ending in "(\n|\r\n|\r)") {
            super::check(format!("{}{ending}{}", COLUMNS.join(";"), rows.join(&ending)).as_bytes());
        }
    }
}
