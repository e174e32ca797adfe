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

#[test]
fn every_operation_has_an_id_of_its_own() {
    let document = serde_json::to_value(fleet_server::console::openapi_document()).unwrap();
    let paths = document["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|path| path.as_object().unwrap().values());
    let ids: Vec<_> = operations
        .map(|operation| operation["operationId"].as_str().unwrap())
        .collect();
    let different: std::collections::BTreeSet<_> = ids.iter().collect();
    assert!(ids.len() > 50 && different.len() == ids.len(), "{ids:?}");
}
