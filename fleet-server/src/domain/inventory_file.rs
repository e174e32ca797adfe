//! The register of kits and parts as a table: one row per part. Reading it finds every wrong row at once; either all
//! rows are right or nothing is taken.

use fleet_api::KitName;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    part::{Part, PartRefusal, Subscription},
    refusal::Refusal as _,
    responsibility::Responsible,
};

/// The columns, in the order in which they are written; they may be read in any order.
pub const COLUMNS: [&str; 10] = [
    "kit",
    "owner",
    "part",
    "serial",
    "condition",
    "warranty_until",
    "screen_inches",
    "iccid",
    "operator",
    "subscription_owner",
];
/// Most rows of one file.
pub const MOST_ROWS: usize = 5_000;

/// A row: a part and the kit that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number in the file; the head is row 1.
    pub number: usize,
    /// Which kit; a kit of a new name is added.
    pub kit: KitName,
    /// Whose property.
    pub owner: Responsible,
    /// The part.
    pub part: Part,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RowError {
    /// The line that it begins on; the head is on line 1.
    pub row: usize,
    /// Which column, where it is one.
    pub column: Option<&'static str>,
    /// Names the sentence in the text files.
    pub code: &'static str,
}

/// Reads a file: comma or semicolon between cells, with or without byte order mark.
pub fn read(file: &str) -> Result<Vec<Row>, Vec<RowError>> {
    let file = file.trim_start_matches('\u{feff}');
    let head = file.lines().find(|line| !line.is_empty()).unwrap_or_default();
    let delimiter = if head.contains(';') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(file.as_bytes());
    let columns = columns(&mut reader)?;
    let (mut rows, mut errors) = (Vec::new(), Vec::new());
    let mut lines = Lines {
        file: file.as_bytes(),
        at: 0,
        line: 1,
    };
    for (at, record) in reader.records().enumerate() {
        let number = lines.number(&record);
        if at == MOST_ROWS {
            errors.push(error(number, None, "row_too_many"));
            break;
        }
        let row = match record {
            // What a spreadsheet leaves of rows that somebody has emptied.
            Ok(record) if record.iter().all(str::is_empty) => continue,
            Ok(record) => read_row(number, &|column| cell(&record, &columns, column)),
            Err(_) => Err(error(number, None, "row_length")),
        };
        match row {
            Ok(row) => rows.push(row),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(rows) } else { Err(errors) }
}

/// Counts the file's lines up to where a record begins; empty ones too, as whoever looks for it there sees it.
struct Lines<'a> {
    file: &'a [u8],
    at: usize,
    line: usize,
}

impl Lines<'_> {
    /// The reader says where the record before has ended, which may be before the rest of its line break.
    fn number(&mut self, record: &csv::Result<csv::StringRecord>) -> usize {
        let position = match record {
            Ok(record) => record.position(),
            Err(error) => error.position(),
        };
        let ended = position.map_or(self.at, |position| {
            usize::try_from(position.byte()).unwrap_or(usize::MAX)
        });
        let rest = self.file.get(ended..).unwrap_or_default();
        let breaks = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        let begins = ended + breaks.count();
        let passed = self.file.get(self.at..begins).unwrap_or_default();
        self.line += passed.split(|byte| *byte == b'\n').count() - 1;
        self.at = begins;
        self.line
    }
}

type Positions = [usize; COLUMNS.len()];

fn columns(reader: &mut csv::Reader<&[u8]>) -> Result<Positions, Vec<RowError>> {
    let head = reader.headers().map_err(|_| vec![error(1, None, "row_length")])?;
    let mut positions = [0; COLUMNS.len()];
    let mut missing = Vec::new();
    for (position, column) in positions.iter_mut().zip(COLUMNS) {
        match head.iter().position(|name| name.eq_ignore_ascii_case(column)) {
            Some(found) => *position = found,
            None => missing.push(error(1, Some(column), "row_column_missing")),
        }
    }
    if missing.is_empty() {
        Ok(positions)
    } else {
        Err(missing)
    }
}

/// A cell without the apostrophe that keeps a spreadsheet from calculating it; empty is none.
fn cell<'a>(record: &'a csv::StringRecord, positions: &Positions, column: &str) -> Option<&'a str> {
    let at = COLUMNS.iter().position(|known| *known == column)?;
    let text = record.get(positions[at])?;
    let text = text.strip_prefix('\'').unwrap_or(text);
    (!text.is_empty()).then_some(text)
}

fn read_row<'a>(number: usize, cell: &impl Fn(&'static str) -> Option<&'a str>) -> Result<Row, RowError> {
    let wrong = |column| move || error(number, Some(column), "row_cell");
    let optional = |column: &'static str| cell(column);
    let required = |column: &'static str| cell(column).ok_or_else(wrong(column));
    let owner = |column: &'static str| -> Result<Responsible, RowError> {
        Responsible::named(required(column)?).ok_or_else(wrong(column))
    };
    let inches = |text: &str| -> Option<u16> {
        let (whole, tenths) = text.split_once(['.', ',']).unwrap_or((text, "0"));
        let tenths: u16 = tenths.parse().ok().filter(|tenths| *tenths < 10)?;
        whole.parse::<u16>().ok()?.checked_mul(10)?.checked_add(tenths)
    };
    let subscription = match optional("iccid") {
        None => None,
        Some(iccid) => Some(Subscription {
            iccid: iccid.to_owned(),
            operator: required("operator")?.to_owned(),
            owner: owner("subscription_owner")?,
        }),
    };
    let part = Part {
        kind: super::part::PartKind::named(required("part")?).ok_or_else(wrong("part"))?,
        serial: required("serial")?.to_owned(),
        condition: super::part::Condition::named(required("condition")?).ok_or_else(wrong("condition"))?,
        warranty_until: optional("warranty_until")
            .map(|day| day.parse().map_err(|_| wrong("warranty_until")()))
            .transpose()?,
        screen: optional("screen_inches")
            .map(|text| inches(text).ok_or_else(wrong("screen_inches")))
            .transpose()?,
        subscription,
    };
    part.check()
        .map_err(|refusal: PartRefusal| error(number, None, refusal.code()))?;
    Ok(Row {
        number,
        kit: required("kit")?.parse().map_err(|_| wrong("kit")())?,
        owner: owner("owner")?,
        part,
    })
}

fn error(row: usize, column: Option<&'static str>, code: &'static str) -> RowError {
    RowError { row, column, code }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEAD: &str =
        "kit;owner;part;serial;condition;warranty_until;screen_inches;iccid;operator;subscription_owner";

    #[test]
    fn every_wrong_row_is_found_at_once_and_named() {
        let file = format!(
            "\u{feff}{HEAD}\r\n\
             Kit 14;region;tablet;4471;good;2028-06-30;12,6;;;\r\n\
             Kit 14;region;tablet;4472;good;;10.1;;;\r\n\
             Kit 14;nobody;stand;1;good;;;;;\r\n\
             Kit 14;region;sim;1;good;;;8946071512000000012;Operatör;region\r\n\
             Kit 14;region;stand;;good;;;;;\r\n\
             Kit 14;region;stand\r\n"
        );
        let errors = read(&file).unwrap_err();
        assert_eq!(
            errors,
            [
                error(3, None, "part_screen_too_small"),
                error(4, Some("owner"), "row_cell"),
                error(6, Some("serial"), "row_cell"),
                error(7, None, "row_length"),
            ]
        );
        assert_eq!(
            read("kit,owner\n").unwrap_err().len(),
            8,
            "missing columns are named"
        );
    }

    #[test]
    fn emptied_rows_are_passed_over_and_lines_are_counted_as_they_are_seen() {
        let file = format!(
            "{HEAD}\r\nKit 14;region;stand;1;good;;;;;\r\n;;;;;;;;;\r\n\r\n\
             Kit 14;region;speakerphone;\"2\";mended;;;;;\r\n\
             Kit 14;region\r\n\r\n;;;;;;;;;\r\n"
        );
        assert_eq!(
            read(&file).unwrap_err(),
            [
                error(5, Some("condition"), "row_cell"),
                error(6, None, "row_length")
            ]
        );
        let right = file.replace("mended", "good").replace("Kit 14;region\r\n", "");
        assert_eq!(read(&right).unwrap().len(), 2);
    }

    #[test]
    fn a_right_file_is_read_whole_with_commas_too() {
        let file = format!(
            "{}\nKit 14,region,tablet,'-4471,good,,12.6,,,\n",
            HEAD.replace(';', ",")
        );
        let rows = read(&file).unwrap();
        assert_eq!((rows.len(), rows[0].part.screen), (1, Some(126)));
        assert_eq!(rows[0].part.serial, "-4471");
    }

    proptest! {
        #[test]
        fn no_file_makes_it_fail(file in ".{0,400}", rows in ".{0,400}") {
            let _ = read(&file);
            let _ = read(&format!("{HEAD}\n{rows}"));
        }
    }
}
