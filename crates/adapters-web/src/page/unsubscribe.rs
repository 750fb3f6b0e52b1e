//! The page of an unsubscribe link.

use pregon_core::ChannelName;

use super::layout::{document, status};
use super::{House, escape};
use crate::language::Language;
use crate::words::Words;

/// What became of the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Somebody looks at it.
    Shown,
    /// Somebody looks at it after having refused.
    Already,
    /// The person has refused; so many messages had begun before.
    Refused { in_flight: u64 },
}

/// The page, with a token for the preferences of the same person.
pub(crate) fn unsubscribe(
    house: &House,
    language: Language,
    channel: &ChannelName,
    asked: Asked,
    preferences: &str,
) -> String {
    let words = Words::of(language);
    let sentence = |text: &str| house.sentence(text, channel, language);
    let choose = match asked {
        Asked::Shown => words.rather_choose,
        Asked::Already | Asked::Refused { .. } => words.choose_again,
    };
    let choose = format!(
        "<p class=\"end\"><a href=\"../p/{}?lang={}\">{}</a></p>\n",
        escape(preferences),
        language.code(),
        escape(choose)
    );
    let (title, sheet) = match asked {
        Asked::Shown => {
            let form = format!(
                "<p>{}</p>\n<form method=\"post\" action=\"?lang={}\">\n\
                 <input type=\"hidden\" name=\"List-Unsubscribe\" value=\"One-Click\">\n\
                 <button type=\"submit\">{}</button>\n</form>\n",
                sentence(words.ask),
                language.code(),
                escape(words.yes)
            );
            (words.unsubscribe, form)
        }
        Asked::Already => (
            words.unsubscribe,
            format!("<p>{}</p>\n", sentence(words.already)),
        ),
        Asked::Refused { in_flight } => {
            let mut sheet = status(&sentence(words.refused));
            if in_flight > 0 {
                sheet += &format!("<p class=\"soft\">{}</p>\n", escape(words.in_flight));
            }
            (words.done, sheet)
        }
    };
    document(house, language, title, &(sheet + &choose))
}
