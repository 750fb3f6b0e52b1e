//! The pages as HTML: one document each, styled by itself, without scripts, pictures or requests.
//!
//! **Invariant:** every text that is not ours passes [`escape`].

mod layout;
mod notice;
mod preferences;
mod unsubscribe;

use std::collections::BTreeMap;

use pregon_core::ChannelName;

use crate::language::Language;
use crate::words;

pub(crate) use notice::{Notice, notice};
pub(crate) use preferences::{Form, Saved, preferences};
pub(crate) use unsubscribe::{Asked, unsubscribe};

/// In whose name, in which language and with which names of its own a page is written.
#[derive(Debug, Clone, Default)]
pub(crate) struct House {
    pub(crate) brand: Option<String>,
    /// The host's own names of channels and purposes.
    pub(crate) labels: BTreeMap<(String, Language), String>,
}

impl House {
    /// The name of a channel as a label.
    pub(crate) fn channel(&self, of: &ChannelName, language: Language) -> String {
        let own = self.own(of.as_str(), language);
        let built_in = || words::channel(of.as_str(), language).map(|(label, _)| label.to_owned());
        own.or_else(built_in)
            .unwrap_or_else(|| spelled_out(of.as_str()))
    }

    /// The name of a channel within a sentence.
    fn by_channel(&self, of: &ChannelName, language: Language) -> String {
        let own = self.own(of.as_str(), language);
        let built_in = || words::channel(of.as_str(), language).map(|(_, word)| word.to_owned());
        own.or_else(built_in)
            .unwrap_or_else(|| spelled_out(of.as_str()))
    }

    /// The name of a purpose as a label.
    pub(crate) fn purpose(&self, of: &str, language: Language) -> String {
        let own = self.own(of, language);
        let built_in = || words::purpose(of, language).map(str::to_owned);
        own.or_else(built_in).unwrap_or_else(|| spelled_out(of))
    }

    /// A sentence with the name of its channel in it, escaped.
    fn sentence(&self, sentence: &str, channel: &ChannelName, language: Language) -> String {
        let name = escape(&self.by_channel(channel, language));
        escape(sentence).replace("{channel}", &name)
    }

    fn own(&self, name: &str, language: Language) -> Option<String> {
        self.labels.get(&(name.to_owned(), language)).cloned()
    }
}

/// A name as people read it: `black_friday` is "Black friday".
fn spelled_out(name: &str) -> String {
    let spaced = name.replace(['_', '-', '.'], " ");
    let mut chars = spaced.trim().chars();
    let first = chars.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(chars).collect()
}

/// The text as it may stand in HTML, between tags and in quoted attributes. Signs that no document
/// may have are left out.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(' '),
            c if c.is_control() || is_no_character(c) => {}
            // They turn the text around them, of the page too.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            c => escaped.push(c),
        }
    }
    escaped
}

fn is_no_character(c: char) -> bool {
    let code = c as u32;
    (0xfdd0..=0xfdef).contains(&code) || code & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelled_out() {
        assert_eq!(spelled_out("black_friday"), "Black friday");
        assert_eq!(spelled_out("ñandú-x"), "Ñandú x");
        assert_eq!(spelled_out("_"), "");
    }

    #[test]
    fn nothing_leaves_its_place() {
        let hostile = "<script>\"'&\u{0}\u{202e}\u{ffff}\n";
        assert_eq!(escape(hostile), "&lt;script&gt;&quot;&#39;&amp; ");
    }
}
