//! What is sent: one text to one number.

use std::borrow::Cow;

use pregon_core::sms::transliterate;
use pregon_core::{Address as _, Class, Outbound, Sms};
use serde_json::{Value, json};

use super::error::{Error, Result};
use super::{Characters, RedvoissConfig};

/// The service cuts longer texts off without a word.
const MOST_CHARACTERS: usize = 480;

/// The digits of a number, as the service writes it.
pub(super) fn destination(out: &Outbound<Sms>) -> Result<&str> {
    let digits = out.message.to.as_str().trim_start_matches('+');
    if (11..=14).contains(&digits.len()) {
        Ok(digits)
    } else {
        Err(Error::Number)
    }
}

/// The body of a call that sends. Only fields that the service knows: others may be refused.
pub(super) fn body(config: &RedvoissConfig, out: &Outbound<Sms>, to: &str) -> Result<Value> {
    let text = text(config.characters, &out.message.text)?;
    let name = out.name().to_string();
    Ok(json!({
        "bulkName": config.batch_name(out.purpose.as_str()),
        "message": text,
        "message_details": [{ "destination": to, "field": "", "idCliente": name }],
        "isCommercial": out.class == Class::Promotional,
    }))
}

fn text(characters: Characters, text: &str) -> Result<Cow<'_, str>> {
    let text = match characters {
        Characters::Refuse => Cow::Borrowed(text),
        Characters::Transliterate => transliterate(text),
    };
    if let Some(at) = text.chars().position(|c| !is_carried(c)) {
        return Err(Error::NotCarried { at });
    }
    match text.chars().count() {
        characters if characters > MOST_CHARACTERS => Err(Error::TooLong { characters }),
        _ => Ok(text),
    }
}

/// Some operators are reached in Latin-1, and it is not told beforehand who is whose customer.
fn is_carried(c: char) -> bool {
    matches!(c, '\n' | '\r' | ' '..='~' | '\u{a0}'..='\u{ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(characters: Characters, written: &str, sent: std::result::Result<&str, &str>) {
        let found = text(characters, written).map_err(|error| error.to_string());
        match (found, sent) {
            (Ok(found), Ok(sent)) => assert_eq!(found, sent),
            (Err(found), Err(sent)) => assert!(found.contains(sent), "{found}"),
            (found, _) => panic!("{found:?}"),
        }
    }

    #[test]
    fn accents_are_carried_and_emoji_are_not() {
        check(
            Characters::Refuse,
            "¿Mañana, José?\n½",
            Ok("¿Mañana, José?\n½"),
        );
        for text in [
            "ah 🎂",
            "ah “Hola”",
            "ah €",
            "ah Ω",
            "ah \u{7}",
            "ah \u{85}",
            "ah \t",
        ] {
            check(Characters::Refuse, text, Err("after the first 3"));
        }
    }

    #[test]
    fn transliterating_saves_what_it_can() {
        let plain = Characters::Transliterate;
        check(plain, "“Íñigo”\t– día…", Ok("\"Iñigo\" - dia..."));
        check(plain, "ah 🎂", Err("after the first 3"));
        check(plain, "ah €", Err("after the first 3"));
    }

    #[test]
    fn the_text_that_is_sent_is_what_counts() {
        let fits = "ñ".repeat(480);
        check(Characters::Refuse, &fits, Ok(&fits));
        check(
            Characters::Refuse,
            &format!("{fits}!"),
            Err("481 characters"),
        );
        // Three points for each sign.
        let grows = "…".repeat(161);
        check(Characters::Transliterate, &grows, Err("483 characters"));
    }
}
