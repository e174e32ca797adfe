//! Life of a participant's tokens. Time is the caller's: a [`Duration`] since the node started.

use std::time::Duration;

/// The tokens of one participant: the current one and, for a while, the one before.
#[derive(Debug, Clone)]
pub struct Tokens {
    current: Token,
    previous: Option<Token>,
}

#[derive(Debug, Clone)]
struct Token {
    text: String,
    dies_at: Duration,
}

impl Tokens {
    /// The first token.
    pub fn new(text: String, dies_at: Duration) -> Self {
        Self {
            current: Token { text, dies_at },
            previous: None,
        }
    }

    /// Whether this token opens anything now.
    #[must_use]
    pub fn accept(&self, text: &str, now: Duration) -> bool {
        let alive = |token: &Token| token.text == text && now < token.dies_at;
        alive(&self.current) || self.previous.as_ref().is_some_and(alive)
    }

    /// Whether this is or was a token of this participant, however old: for the emulated link, which must hold
    /// requests with dead tokens as well.
    #[must_use]
    pub fn knows(&self, text: &str) -> bool {
        self.current.text == text || self.previous.as_ref().is_some_and(|token| token.text == text)
    }

    /// The current token's text, for tests that look for it where it must not be.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.current.text
    }

    /// Puts a new token in place; the old one works for `old_survives` more, but never longer than it would have.
    pub fn replace(&mut self, text: String, dies_at: Duration, now: Duration, old_survives: Duration) {
        let mut old = std::mem::replace(&mut self.current, Token { text, dies_at });
        old.dies_at = old.dies_at.min(now + old_survives);
        self.previous = Some(old);
    }

    /// Makes every token worthless at once, without the room noticing before the current one's time is up.
    pub fn invalidate(&mut self) {
        // A text that no client can send.
        self.current.text = "\n".into();
        self.previous = None;
    }

    /// Whether the participant failed to refresh in time.
    #[must_use]
    pub fn expired(&self, now: Duration) -> bool {
        now >= self.current.dies_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn token_dies_at_its_time() {
        let tokens = Tokens::new("a".into(), s(10));
        assert!(tokens.accept("a", s(9)));
        assert!(!tokens.accept("a", s(10)));
        assert!(!tokens.accept("b", s(1)));
        assert!(tokens.expired(s(10)));
    }

    #[test]
    fn replaced_token_dies_at_once_or_lives_on_a_little() {
        let mut strict = Tokens::new("a".into(), s(10));
        strict.replace("b".into(), s(20), s(5), Duration::ZERO);
        assert!(!strict.accept("a", s(5)));
        assert!(strict.accept("b", s(19)));

        let mut lenient = Tokens::new("a".into(), s(10));
        lenient.replace("b".into(), s(20), s(5), s(60));
        assert!(lenient.accept("a", s(9)));
        assert!(
            !lenient.accept("a", s(10)),
            "the old token never outlives its own time"
        );
    }

    #[test]
    fn invalidated_token_opens_nothing_but_the_participant_stays_until_its_time() {
        let mut tokens = Tokens::new("a".into(), s(10));
        tokens.invalidate();
        assert!(!tokens.accept("a", s(1)));
        assert!(!tokens.expired(s(9)));
        assert!(tokens.expired(s(10)));
    }
}
