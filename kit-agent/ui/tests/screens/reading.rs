//! What "Läs upp" says: heading, text, choices from left to right, in the language that is shown.

use kit_screens::{ComponentHandle, Kit, Language, choose_language};

use crate::stand::{Look, Stand};
use crate::states::{STATES, state};

#[test]
fn every_screen_of_the_patient_can_be_read_aloud() {
    for state in STATES.iter().filter(|state| !state.staff) {
        let stand = Stand::new(Look::light(Language::Swedish));
        state.show(&stand.kit);
        stand.settle();
        let swedish = stand.kit.global::<Kit>().get_spoken_text();
        assert!(swedish.len() > 12, "{} says {swedish:?}", state.name);
        choose_language(Language::English);
        stand.settle();
        let english = stand.kit.global::<Kit>().get_spoken_text();
        assert_ne!(swedish, english, "{} keeps its language", state.name);
    }
}

#[test]
fn the_heading_comes_first_and_the_choices_from_left_to_right() {
    for (name, spoken) in [
        (
            "02-meeting-today",
            "I dag klockan\u{a0}10.00. Ditt bokade SIP-möte.  Gå med. Läs upp. Kontrast. Hjälp. ",
        ),
        (
            "18-end-question",
            "Vill du avsluta mötet? De andra är kvar och hör dig. Nej, jag stannar. Ja, avsluta.",
        ),
        ("09-in-meeting", "Läkaren pratar. . Ljud på. Hjälp. Avsluta."),
    ] {
        let stand = Stand::new(Look::light(Language::Swedish));
        state(name).show(&stand.kit);
        stand.settle();
        assert_eq!(stand.kit.global::<Kit>().get_spoken_text(), spoken, "{name}");
    }
}

#[test]
fn the_consent_covers_what_is_spoken_and_what_is_written() {
    for (language, words) in [
        (Language::Swedish, "dela uppgifter, muntligt och skriftligt"),
        (Language::English, "share information, spoken and written"),
    ] {
        let stand = Stand::new(Look::light(language));
        state("07-consent-text").show(&stand.kit);
        stand.settle();
        let spoken = stand.kit.global::<Kit>().get_spoken_text();
        assert!(spoken.contains(words), "{spoken}");
    }
}
