//! The register of kits and parts as a table: one row per part, and one for a kit without parts. It goes out, through a
//! spreadsheet, and in again: what was not changed there reads as it was written. Reading finds every wrong row at once;
//! either all rows are right or nothing is taken.

use std::collections::{HashMap, HashSet};

use fleet_api::KitName;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    organisation::check_kit_name,
    part::{Condition, Part, PartKind, PartRefusal, Subscription},
    refusal::Refusal as _,
    responsibility::Responsible,
    row_owner::RowOwner,
    sweden::Day,
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
/// Of these, what is said of the kit; the others are its part's.
const OF_THE_KIT: usize = 2;
/// Most rows of one file; those that somebody has emptied do not count.
pub const MOST_ROWS: usize = 5_000;

/// A row: a kit and a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number in the file; the head is row 1.
    pub number: usize,
    /// Which kit; a kit of a new name is added.
    pub kit: KitName,
    /// Whose property.
    pub owner: RowOwner,
    /// The part; none where the row is about the kit alone.
    pub part: Option<Part>,
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

/// A row's cells, in the order of [`COLUMNS`]. What a spreadsheet would calculate and thereby change (ICCIDs, "0932",
/// "12.6") has an apostrophe in front.
#[must_use]
pub fn cells(kit: &KitName, owner: &RowOwner, part: Option<&Part>) -> [String; COLUMNS.len()] {
    let subscription = part.and_then(|part| part.subscription.as_ref());
    let of_part = |cell: fn(&Part) -> String| part.map(cell).unwrap_or_default();
    let of_sim = |cell: fn(&Subscription) -> String| subscription.map(cell).unwrap_or_default();
    [
        as_text(kit.as_str()),
        owner.cell(),
        of_part(|part| part.kind.name().to_owned()),
        of_part(|part| as_text(&part.serial)),
        of_part(|part| part.condition.name().to_owned()),
        of_part(|part| {
            part.warranty_until
                .map_or_else(String::new, |day| day.to_string())
        }),
        of_part(|part| {
            part.screen.map_or_else(String::new, |size| {
                as_text(&format!("{}.{}", size / 10, size % 10))
            })
        }),
        of_sim(|sim| as_text(&sim.iccid)),
        of_sim(|sim| as_text(&sim.operator)),
        of_sim(|sim| sim.owner.name().to_owned()),
    ]
}

/// Spreadsheets keep eleven digits as they are, and take whatever else looks like a number or a day for one.
fn as_text(text: &str) -> String {
    let is_digit = |c: char| c.is_ascii_digit();
    let kept = text.chars().all(is_digit) && text.len() <= 11 && !text.starts_with('0');
    let calculated = text.trim_start_matches('-').starts_with(is_digit)
        && text.chars().all(|c| is_digit(c) || ".,:/+- eE".contains(c));
    if text.starts_with('\'') || calculated && !kept {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// Reads a file: tab, semicolon or comma between cells, with or without byte order mark. Tabs are what a spreadsheet's
/// cells are copied with.
pub fn read(file: &str) -> Result<Vec<Row>, Vec<RowError>> {
    let file = file.trim_start_matches('\u{feff}');
    let head = file.lines().find(|line| !line.is_empty()).unwrap_or_default();
    let mut delimiters = [b'\t', b';'].into_iter();
    let delimiter = delimiters
        .find(|delimiter| head.as_bytes().contains(delimiter))
        .unwrap_or(b',');
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
    let mut said = Said::default();
    for record in reader.records() {
        let number = lines.number(&record);
        // What a spreadsheet leaves of rows that somebody has emptied.
        let emptied = |record: &csv::StringRecord| record.iter().all(str::is_empty);
        if record.as_ref().is_ok_and(emptied) {
            continue;
        }
        if rows.len() + errors.len() == MOST_ROWS {
            errors.push(error(number, None, "row_too_many"));
            break;
        }
        let row = match record {
            Ok(record) => read_row(number, &|column| cell(&record, &columns, column)),
            Err(_) => Err(error(number, None, "row_length")),
        };
        match row.and_then(|row| said.check(&row).map(|()| row)) {
            Ok(row) => rows.push(row),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(rows) } else { Err(errors) }
}

/// What the rows so far have said: a later one must not say something else.
#[derive(Default)]
struct Said {
    owners: HashMap<String, RowOwner>,
    parts: HashSet<(PartKind, String)>,
}

impl Said {
    fn check(&mut self, row: &Row) -> Result<(), RowError> {
        let kit = row.kit.as_str().to_owned();
        if *self.owners.entry(kit).or_insert_with(|| row.owner.clone()) != row.owner {
            return Err(error(row.number, Some("owner"), "row_owner_differs"));
        }
        let mut part = row.part.iter();
        if part.all(|part| self.parts.insert((part.kind, part.serial.clone()))) {
            Ok(())
        } else {
            Err(error(row.number, Some("serial"), "row_serial_twice"))
        }
    }
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
    let mut wrong = Vec::new();
    for (position, column) in positions.iter_mut().zip(COLUMNS) {
        let mut named = (0..head.len()).filter(|at| head[*at].eq_ignore_ascii_case(column));
        match (named.next(), named.next()) {
            (Some(found), None) => *position = found,
            // Which of the two is meant nobody knows.
            (Some(_), Some(_)) => wrong.push(error(1, Some(column), "row_column_twice")),
            (None, _) => wrong.push(error(1, Some(column), "row_column_missing")),
        }
    }
    if wrong.is_empty() {
        Ok(positions)
    } else {
        Err(wrong)
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
    let kit = cell("kit").and_then(|name| check_kit_name(&name.parse().ok()?).ok());
    let owner = cell("owner").and_then(RowOwner::read);
    let has_part = COLUMNS[OF_THE_KIT..].iter().any(|column| cell(column).is_some());
    Ok(Row {
        number,
        kit: kit.ok_or_else(|| error(number, Some("kit"), "row_cell"))?,
        owner: owner.ok_or_else(|| error(number, Some("owner"), "row_cell"))?,
        part: has_part.then(|| read_part(number, cell)).transpose()?,
    })
}

fn read_part<'a>(number: usize, cell: &impl Fn(&'static str) -> Option<&'a str>) -> Result<Part, RowError> {
    let wrong = |column| move || error(number, Some(column), "row_cell");
    let required = |column: &'static str| cell(column).ok_or_else(wrong(column));
    let of_sim = ["iccid", "operator", "subscription_owner"];
    let subscription = if of_sim.into_iter().any(|column| cell(column).is_some()) {
        Some(Subscription {
            iccid: required("iccid")?.to_owned(),
            operator: required("operator")?.to_owned(),
            owner: Responsible::named(required("subscription_owner")?)
                .ok_or_else(wrong("subscription_owner"))?,
        })
    } else {
        None
    };
    let part = Part {
        kind: PartKind::named(required("part")?).ok_or_else(wrong("part"))?,
        serial: required("serial")?.to_owned(),
        condition: Condition::named(required("condition")?).ok_or_else(wrong("condition"))?,
        warranty_until: cell("warranty_until")
            .map(|day| day.parse().map(Day::date).map_err(|_| wrong("warranty_until")()))
            .transpose()?,
        screen: cell("screen_inches")
            .map(|text| inches(text).ok_or_else(wrong("screen_inches")))
            .transpose()?,
        subscription,
    };
    part.check()
        .map_err(|refusal: PartRefusal| error(number, None, refusal.code()))?;
    Ok(part)
}

/// In tenths; whole inches, or with one decimal after a point or a comma, behind which there may be noughts.
fn inches(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    if !are_digits(whole) || !are_digits(decimals) {
        return None;
    }
    let (tenths, rest) = decimals.split_at(1);
    let tenths: u16 = tenths
        .parse()
        .ok()
        .filter(|_| rest.bytes().all(|digit| digit == b'0'))?;
    whole.parse::<u16>().ok()?.checked_mul(10)?.checked_add(tenths)
}

fn error(row: usize, column: Option<&'static str>, code: &'static str) -> RowError {
    RowError { row, column, code }
}

#[cfg(test)]
#[path = "inventory_file_tests.rs"]
mod tests;
