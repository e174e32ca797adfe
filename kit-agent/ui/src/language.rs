//! The languages of the screens, switchable while they are shown.

/// A language that is bundled with the screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Language {
    /// What a kit starts with.
    #[default]
    Swedish,
    /// The originals in the `.slint` files.
    English,
    /// Swedish made 40 % longer, to find texts that overflow. Not offered to people.
    Pseudo,
}

/// Shows all texts in this language, at once. Call it after the first window exists; before that it has no effect.
pub fn choose_language(language: Language) {
    let tag = match language {
        Language::Swedish => "sv",
        Language::English => "",
        Language::Pseudo => "pseudo",
    };
    // The only failure is that no window exists yet, in which case there is no text to translate.
    let _ = slint::select_bundled_translation(tag);
}
