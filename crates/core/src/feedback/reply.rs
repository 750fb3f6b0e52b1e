//! What a person means by an answer.

use crate::rule::fold;

/// How long an answer may be that is read as a refusal: "STOP por favor gracias" is one, a sentence
/// that begins with the same word is not.
const MOST_WORDS: usize = 4;

/// The words by which people refuse further messages.
///
/// An answer is a refusal when its first word is one of them and it has at most four words.
/// Capitals, accents and punctuation do not matter.
///
/// ```
/// # use pregon_core::StopWords;
/// let words = StopWords::default();
/// assert!(words.refuses("¡Salir!"));
/// assert!(words.refuses("baja por favor"));
/// assert!(!words.refuses("Baja mucho la temperatura en la noche?"));
/// assert!(!words.refuses("gracias"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopWords(Vec<String>);

impl Default for StopWords {
    /// STOP, BAJA and SALIR, as operators in Chile, Ecuador and Colombia print them, with the
    /// English ones that carriers know.
    fn default() -> Self {
        Self::new([
            "stop",
            "stopall",
            "baja",
            "salir",
            "unsubscribe",
            "end",
            "quit",
        ])
    }
}

impl StopWords {
    /// These words.
    pub fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        Self(words.into_iter().map(fold).collect())
    }

    /// Whether the answer refuses further messages.
    #[must_use]
    pub fn refuses(&self, answer: &str) -> bool {
        let folded = fold(answer);
        let mut words = folded
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty());
        let first = words.next().unwrap_or_default();
        self.0.iter().any(|word| word == first) && words.count() < MOST_WORDS
    }

    /// Whether a text of ours asks people to answer with one of them: written in capitals, as
    /// everybody writes them, so that "la temporada baja" asks for nothing.
    ///
    /// ```
    /// # use pregon_core::StopWords;
    /// let words = StopWords::default();
    /// assert!(words.asked_for("20% esta semana. Para no recibir más responda SALIR"));
    /// assert!(!words.asked_for("Salir de la rutina: temporada baja en el spa"));
    /// ```
    #[must_use]
    pub fn asked_for(&self, text: &str) -> bool {
        let words = text.split(|c: char| !c.is_alphanumeric());
        let shouted = |word: &str| word.len() > 1 && !word.chars().any(char::is_lowercase);
        words
            .filter(|word| shouted(word))
            .any(|word| self.0.contains(&fold(word)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(answer: &str, refuses: bool) {
        assert_eq!(StopWords::default().refuses(answer), refuses, "{answer:?}");
    }

    #[test]
    fn refusals() {
        for answer in [
            "STOP",
            " stop. ",
            "«Baja»",
            "SALIR\r\n",
            "Stop por favor, gracias",
            "bája",
        ] {
            check(answer, true);
        }
    }

    #[test]
    fn other_answers() {
        for answer in [
            "",
            "...",
            "no",
            "no stop",
            "stopping",
            "Salir a las cinco me acomoda",
        ] {
            check(answer, false);
        }
    }
}
