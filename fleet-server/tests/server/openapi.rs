//! The OpenAPI document is a golden file: a change of the interface is seen in review.

use std::path::Path;

#[test]
fn the_document_is_the_one_that_is_checked_in() {
    let document = fleet_server::console::openapi_document();
    let document = format!("{}\n", document.to_pretty_json().unwrap());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    if std::env::var_os("UPDATE_GOLDEN_FILES").is_some() {
        std::fs::write(&file, &document).unwrap();
    }
    let golden = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        golden == document,
        "the interface changed; run with UPDATE_GOLDEN_FILES=1 and look at the difference"
    );
}
