use std::{collections::HashSet, fmt::Write as _};

use super::*;

#[test]
fn the_catalogue_document_is_the_one_that_is_checked_in() {
    let mut document = String::from(
        "# What the audit trail records\n\nMade from the catalogue in `fleet-server/src/audit/event.rs`; do not edit. \
         Every entry also says who, on whose behalf and when.\n",
    );
    let mut names = HashSet::new();
    for Described { description, example } in catalogue() {
        assert!(
            names.insert(example.name()),
            "{} stands there twice",
            example.name()
        );
        let json = serde_json::to_string(&example).unwrap();
        assert_eq!(serde_json::from_str::<AuditEvent>(&json).unwrap(), example);
        write!(
            document,
            "\n## {}\n\n{description}\n\n```json\n{json}\n```\n",
            example.name()
        )
        .unwrap();
    }
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/audit-events.md");
    if std::env::var_os("UPDATE_GOLDEN_FILES").is_some() {
        std::fs::write(&file, &document).unwrap();
    }
    let golden = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        golden == document,
        "the catalogue changed; run with UPDATE_GOLDEN_FILES=1 and look at the difference"
    );
}
