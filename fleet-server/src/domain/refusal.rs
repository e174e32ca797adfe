//! What every refusal has: a code by which the console finds the sentence in the reader's own language.

/// A rule that was broken. `Display` is the sentence for programs, in English.
pub trait Refusal: std::fmt::Display {
    /// Names the sentence in the text files; stable.
    fn code(&self) -> &'static str;
}
