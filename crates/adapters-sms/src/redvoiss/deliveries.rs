//! What became of a batch.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};
use pregon_core::DispatchRef;
use pregon_core::sms::transliterate;
use serde_json::Value;

use super::error::{Error, Result};
use super::read::{dispatch, instant, rows, text};

/// How far a message came. Ordered: of two words about one message the greater holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DeliveryState {
    /// It waits at the service, as commercial ones do outside its hours.
    Waiting,
    /// An operator has it.
    Sent,
    /// It did not arrive.
    Failed,
    /// The phone has it.
    Received,
}

/// What the service says of a number of a batch. Its `Debug` hides the number.
#[derive(Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The number, in digits.
    pub to: String,
    /// How far its message came.
    pub state: DeliveryState,
    /// When that was, where it says so.
    pub at: Option<DateTime<Utc>>,
    /// Our own name for the message, where the service kept it.
    pub dispatch: Option<DispatchRef>,
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("state", &self.state)
            .field("at", &self.at)
            .field("dispatch", &self.dispatch)
            .finish_non_exhaustive()
    }
}

/// Reads the rows of a batch: one for each number, the furthest. The service repeats rows, and
/// leaves those out whose state it has no word for.
pub(super) fn read(said: Value) -> Result<Vec<Delivery>> {
    let mut found: BTreeMap<String, Delivery> = BTreeMap::new();
    for row in rows(said).ok_or(Error::Shape)? {
        let Some(row) = delivery(&row) else { continue };
        let known = found.get(&row.to);
        if known.is_none_or(|known| (known.state, known.at) < (row.state, row.at)) {
            found.insert(row.to.clone(), row);
        }
    }
    Ok(found.into_values().collect())
}

fn delivery(row: &Value) -> Option<Delivery> {
    let to: String = text(row, "destination")?;
    let to: String = to.chars().filter(char::is_ascii_digit).collect();
    // The text of the state is in the field `message`; of a single message, in `status`.
    let word = text(row, "message").or_else(|| text(row, "status"))?;
    let state = state(&word)?;
    (!to.is_empty()).then(|| Delivery {
        to,
        state,
        at: instant(row, "fechanotifica"),
        dispatch: dispatch(row),
    })
}

fn state(word: &str) -> Option<DeliveryState> {
    let word = transliterate(word).to_uppercase();
    let words: Vec<&str> = word.split_whitespace().collect();
    Some(match words[..] {
        // An operator has it and has not said yet what became of it.
        ["CONFIRMACION", "PENDIENTE"] | ["PENDIENTE", "CONFIRMACION"] => DeliveryState::Sent,
        ["ENVIO", "PENDIENTE"] | ["PENDIENTE"] => DeliveryState::Waiting,
        ["ENVIADO"] => DeliveryState::Sent,
        ["RECIBIDO"] => DeliveryState::Received,
        ["FALLIDO"] => DeliveryState::Failed,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn states(said: Value) -> Vec<(String, DeliveryState)> {
        let found = read(said).expect("rows");
        found.into_iter().map(|one| (one.to, one.state)).collect()
    }

    #[test]
    fn words_in_whatever_case() {
        use DeliveryState::{Failed, Received, Sent, Waiting};
        for (word, expected) in [
            ("ENVIO PENDIENTE", Some(Waiting)),
            ("Envío pendiente", Some(Waiting)),
            ("Pendiente", Some(Waiting)),
            ("CONFIRMACION PENDIENTE", Some(Sent)),
            ("Confirmación  pendiente", Some(Sent)),
            (" enviado ", Some(Sent)),
            ("RECIBIDO", Some(Received)),
            ("Fallido", Some(Failed)),
            ("", None),
            ("MARCIANO", None),
        ] {
            assert_eq!(state(word), expected, "{word}");
        }
    }

    #[test]
    fn repeated_rows_are_one_and_the_furthest_holds() {
        let row = |to: &str, word: &str| json!({ "msgCod": 1, "destination": to, "message": word });
        let said = json!([
            row("56958655810", "ENVIADO"),
            row("+56 9 5865 5810", "RECIBIDO"),
            row("56958655810", "ENVIO PENDIENTE"),
            row("56958655811", "FALLIDO"),
            row("56958655811", "ENVIADO"),
        ]);
        let expected = [
            ("56958655810".to_owned(), DeliveryState::Received),
            ("56958655811".to_owned(), DeliveryState::Failed),
        ];
        assert_eq!(states(said), expected);
    }

    #[test]
    fn rows_that_say_nothing_are_passed_over() {
        let said = json!([
            null, 7, "x", [], {}, { "destination": "", "message": "ENVIADO" },
            { "destination": "56958655810" }, { "message": "ENVIADO" },
            { "destination": {}, "message": "ENVIADO" },
            { "destination": 56958655810_u64, "message": "enviado", "fechanotifica": "nunca" },
        ]);
        assert_eq!(
            states(said),
            [("56958655810".to_owned(), DeliveryState::Sent)]
        );
        assert!(read(json!("ENVIADO")).is_err());
        assert!(states(json!([])).is_empty());
    }

    #[test]
    fn a_number_is_not_printed() {
        let one = read(json!({ "destination": "56958655810", "message": "ENVIADO" }));
        assert!(!format!("{one:?}").contains("5810"));
    }
}
