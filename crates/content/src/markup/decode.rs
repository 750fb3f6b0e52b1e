//! Character references, read by the parser of browsers.

use std::borrow::Cow;
use std::cell::RefCell;

use html5ever::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::{RawKind, State};
use html5ever::tokenizer::{
    BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

/// The text with its character references read: `&aacute;` is `á`.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let options = TokenizerOpts {
        // Here `<` begins nothing, and references are read.
        initial_state: Some(State::RawData(RawKind::Rcdata)),
        discard_bom: false,
        ..TokenizerOpts::default()
    };
    let tokenizer = Tokenizer::new(Characters(RefCell::default()), options);
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(text));
    while let TokenizerResult::Script(()) = tokenizer.feed(&input) {}
    tokenizer.end();
    Cow::Owned(tokenizer.sink.0.into_inner())
}

/// Keeps the characters.
struct Characters(RefCell<String>);

impl TokenSink for Characters {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        if let Token::CharacterTokens(text) = token {
            self.0.borrow_mut().push_str(&text);
        }
        TokenSinkResult::Continue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        for (text, read) in [
            ("ma&ntilde;ana &amp; hoy", "mañana & hoy"),
            ("&#233;&#xE9;&eacute", "ééé"),
            ("a &lt;b&gt; <i>", "a <b> <i>"),
            ("&nosuch; & &", "&nosuch; & &"),
            ("&#0;&#x110000;", "\u{fffd}\u{fffd}"),
        ] {
            assert_eq!(decode(text), read);
        }
    }
}
