//! Whatever is changed, removed or joined in a chain is found; what is written reads back, and nothing else does.

use proptest::prelude::*;

use super::*;

fn chain_of(tenant: TenantId, length: u64) -> Vec<Entry> {
    let mut previous = GENESIS;
    (1..=length)
        .map(|sequence| {
            let mut entry = Entry {
                tenant,
                sequence,
                at: Timestamp::UNIX_EPOCH,
                actor: "operator".to_owned(),
                on_behalf_of: None,
                event: format!("{{\"kind\":\"example\",\"number\":{sequence}}}"),
                previous,
                hash: GENESIS,
            };
            entry.hash = entry.right_hash();
            previous = entry.hash;
            entry
        })
        .collect()
}

fn chain(length: u64) -> Vec<Entry> {
    chain_of(TenantId::generate(), length)
}

fn end(entries: &[Entry]) -> Option<End> {
    entries.last().map(|entry| (entry.sequence, entry.hash))
}

/// Numbers and hashes as they must be, whoever's the entries are: what a forger without any key can do.
fn hashed_anew(entries: &mut [Entry], from: usize) {
    for at in from..entries.len() {
        entries[at].sequence = at as u64 + 1;
        entries[at].previous = at.checked_sub(1).map_or(GENESIS, |before| entries[before].hash);
        entries[at].hash = entries[at].right_hash();
    }
}

/// Every single change that can be made to one entry, or its removal.
fn tamper(entries: &mut Vec<Entry>, at: usize, what: usize) {
    let entry = &mut entries[at];
    match what {
        0 => entry.event.push(' '),
        1 => entry.actor = "server".to_owned(),
        2 => entry.at = Timestamp::from_second(1).unwrap(),
        3 => entry.at = Timestamp::from_nanosecond(1).unwrap(),
        4 => entry.on_behalf_of = Some("somebody".to_owned()),
        5 => entry.on_behalf_of = Some(String::new()),
        6 => entry.tenant = TenantId::generate(),
        7 => entry.sequence += 1,
        8 => entry.previous[0] ^= 1,
        9 => entry.hash[31] ^= 1,
        10 => drop(entries.remove(at)),
        11 => {
            let twin = entries[at].clone();
            entries.insert(at, twin);
        }
        // Whoever changes an entry and its hash has to change all that follow, and then the end is another.
        12 => {
            entry.event.push(' ');
            hashed_anew(entries, at);
        }
        _ => {
            entries.remove(at);
            hashed_anew(entries, at);
        }
    }
}

proptest! {
    #[test]
    fn any_single_change_or_removal_is_found_by_the_end(length in 1_u64..12, at in 0_usize..11, what in 0_usize..14) {
        let mut entries = chain(length);
        let end = end(&entries);
        prop_assert!(verify_from((0, GENESIS), entries.clone(), end).is_ok());
        let at = at % entries.len();
        tamper(&mut entries, at, what);
        prop_assert!(verify_from((0, GENESIS), entries, end).is_err());
    }

    #[test]
    fn two_that_changed_places_are_found(length in 2_u64..12, at in 0_usize..10) {
        let mut entries = chain(length);
        let at = at % (entries.len() - 1);
        entries.swap(at, at + 1);
        prop_assert!(verify(entries).is_err());
    }
}

#[test]
fn the_chains_of_two_tenants_never_pass_for_one_even_with_hashes_made_anew() {
    let mut entries = [chain(2), chain(2)].concat();
    hashed_anew(&mut entries, 0);
    assert_eq!(verify(entries).unwrap_err(), BrokenChain::Foreign(3));
}

#[test]
fn an_entry_reads_back_as_it_was_written_and_nothing_else_does() {
    let entry = chain(1).remove(0);
    let text = serde_json::to_string(&entry).unwrap();
    assert_eq!(serde_json::from_str::<Entry>(&text).unwrap(), entry);
    let unknown = text.replacen('{', "{\"remark\":\"approved\",", 1);
    let unsaid = text.replace("\"on_behalf_of\":null,", "");
    for refused in [unknown, unsaid] {
        assert_ne!(refused, text);
        serde_json::from_str::<Entry>(&refused).unwrap_err();
    }
}
