//! The log of meetings: each care provider's own, whole or seen not to be, kept for five years.

use fleet_api::{CareProviderId, EventKind, GateAnswer, IdentificationMethod, TenantId};
use fleet_server::{
    audit::{Entry, verify_from},
    domain::{attendance::NOBODYS, role::Role},
    operator::attendance_log,
};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, StatusCode, header::COOKIE};
use serde_json::json;

use crate::{
    attendance_site::{Site, answered, doctor, summed},
    common::event,
};

#[tokio::test]
async fn what_happens_goes_to_whoever_is_responsible_once() {
    let site = Site::start().await;
    let (ours, theirs) = (site.workers[0].1, site.workers[1].1);
    let meeting = site.reservation;
    let first = vec![
        // Nobody is known to have the kit yet.
        event(
            1,
            EventKind::PatientIdentified {
                reservation: meeting,
                method: IdentificationMethod::KnownFromBefore,
            },
        ),
        event(2, answered(meeting, ours, GateAnswer::Consent)),
        event(3, answered(meeting, theirs, GateAnswer::Refused)),
    ];
    site.kit.sync(first.clone()).await;
    site.kit.sync(first).await;
    let out = json!({ "care_worker": theirs, "without_sign_off": "acute" });
    let path = format!("/api/v1/kits/{}/check-out", site.kit.enrolled.kit);
    site.server.site.rest(Method::POST, &path, Some(out)).await;
    // Says nothing of who acted: it is theirs who have the kit.
    site.kit
        .sync(vec![
            event(4, doctor(meeting)),
            event(5, EventKind::HelpRequested),
            event(6, EventKind::PreferredInPerson { reservation: meeting }),
        ])
        .await;
    let chains = site.read().await;
    assert_eq!(
        summed(&chains),
        [
            ("-", 1, true),
            ("Kommunens hemtjänst", 1, true),
            ("Omsorg AB", 3, true)
        ],
        "each once, and no more than belongs there"
    );
    let theirs = chains[2]["entries"].to_string();
    assert!(
        theirs.contains(r#"\"role\":\"doctor\""#) && theirs.contains("preferred_in_person"),
        "{theirs}"
    );
    assert!(
        theirs.contains(r#"\"number\":3"#),
        "an answer names the text that was read"
    );
    let (_, trail) = site.server.site.rest(Method::GET, "/api/v1/audit", None).await;
    assert!(
        trail.to_string().contains("attendance_read"),
        "that it was read is recorded"
    );
}

#[tokio::test]
async fn a_change_a_gap_and_a_cut_off_end_are_found() {
    let site = Site::start().await;
    let by = site.workers[0].1;
    let events = (1..=4).map(|number| event(number, answered(site.reservation, by, GateAnswer::Consent)));
    site.kit.sync(events.collect()).await;
    let provider = site.workers[0].0;
    let chain = site
        .store()
        .attendance_chains(site.tenant)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(chain.provider, provider);
    let entries = site
        .store()
        .attendance_after(site.tenant, provider, 0, 10)
        .await
        .unwrap();
    let check = |entries: Vec<Entry>| verify_from(chain.erased, entries, Some(chain.newest)).is_ok();
    assert!(check(entries.clone()));
    let mut changed = entries.clone();
    changed[1].event = changed[1].event.replace("consent", "refused");
    assert!(!check(changed));
    let mut gap = entries.clone();
    gap.remove(1);
    assert!(!check(gap));
    assert!(!check(entries[..3].to_vec()), "the newest was cut off");
    assert!(!check(entries[1..].to_vec()), "the oldest was cut off");

    // Whoever gets the export checks it with the program itself.
    let lines = attendance_log::export(site.store(), "Region", Some("Kommunens hemtjänst"))
        .await
        .unwrap();
    assert_eq!(lines.len(), 4);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("attendance.jsonl");
    std::fs::write(&file, lines.join("\n")).unwrap();
    assert!(attendance_log::verify_file(&file, None).unwrap()[0].contains("1 to 4, whole"));
    std::fs::write(&file, lines.join("\n").replacen("consent", "refused", 1)).unwrap();
    attendance_log::verify_file(&file, None).unwrap_err();
    // Two chains in one file, hashed anew: no key is needed for that.
    let mut of_another = entries.clone();
    let theirs = CareProviderId::generate();
    of_another[3].event = entries[3]
        .event
        .replace(&provider.to_string(), &theirs.to_string());
    let mut of_others = entries.clone();
    of_others[3].tenant = TenantId::generate();
    for (mut joined, expected) in [
        (of_another, "entry 4 belongs to another care provider"),
        (of_others, "entry 4 belongs to another chain"),
    ] {
        joined[3].hash = joined[3].right_hash();
        let lines: Vec<_> = joined
            .iter()
            .map(|entry| serde_json::to_string(entry).unwrap())
            .collect();
        std::fs::write(&file, lines.join("\n")).unwrap();
        let refused = format!("{:#}", attendance_log::verify_file(&file, None).unwrap_err());
        assert!(refused.contains(expected), "{refused}");
    }
    attendance_log::export(site.store(), "Region", Some("Nobody"))
        .await
        .unwrap_err();
    let whole = attendance_log::verify(site.store()).await.unwrap();
    assert!(whole[0].contains("Kommunens hemtjänst"), "{whole:?}");
}

#[tokio::test]
async fn it_is_kept_for_five_years_and_the_rest_stays_whole() {
    let site = Site::start().await;
    let by = site.workers[0].1;
    let log = |number| event(number, answered(site.reservation, by, GateAnswer::Consent));
    site.kit.sync(vec![log(1), log(2)]).await;
    let now = Timestamp::now();
    let years = |hours: i64| now + SignedDuration::from_hours(hours);
    assert_eq!(
        site.store()
            .erase_old_attendance(years(5 * 366 * 24 - 1))
            .await
            .unwrap(),
        0
    );
    assert_eq!(
        site.store()
            .erase_old_attendance(years(5 * 366 * 24 + 1))
            .await
            .unwrap(),
        2
    );
    assert_eq!(summed(&site.read().await), [("Kommunens hemtjänst", 0, true)]);
    site.kit.sync(vec![log(3)]).await;
    let chains = site.read().await;
    assert_eq!(
        summed(&chains),
        [("Kommunens hemtjänst", 1, true)],
        "it goes on where it was"
    );
    assert_eq!(chains[0]["erased_up_to"], json!(2));
    assert_eq!(chains[0]["entries"][0]["sequence"], json!(3));
}

#[tokio::test]
async fn whoever_answers_for_it_reads_a_page_and_gets_a_table() {
    let site = Site::start().await;
    let by = site.workers[0].1;
    site.kit
        .sync(vec![
            event(1, answered(site.reservation, by, GateAnswer::Consent)),
            event(2, doctor(site.reservation)),
        ])
        .await;
    let get = async |path: &str, role| {
        let cookie = site.server.session_as(site.tenant, role).await.0;
        let url = format!("{}{path}", site.server.site.console);
        let request = site.server.site.http(None).get(url).header(COOKIE, cookie);
        let (status, body) = crate::common::read(request.send().await.unwrap()).await;
        (
            status,
            body.as_str().map_or_else(|| body.to_string(), str::to_owned),
        )
    };
    let (_, page) = get("/attendance", Role::InformationOwner).await;
    for words in [
        "Dela uppgifter",
        "samtycker",
        "text 3, 2026",
        "läkare",
        "Loggen är hel",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("Amina"), "roles, never names");
    let (_, table) = get("/attendance.csv", Role::InformationOwner).await;
    assert_eq!(table.lines().count(), 3, "{table}");
    let (_, one) = get(&format!("/attendance.jsonl?provider={NOBODYS}"), Role::Auditor).await;
    assert!(one.contains("\"sequence\":1"), "{one}");
    for role in [Role::RegionOperator, Role::MunicipalManager, Role::CareWorker] {
        assert_eq!(
            get("/attendance", role).await.0,
            StatusCode::FORBIDDEN,
            "{role:?}"
        );
    }
}
