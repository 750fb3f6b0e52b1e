//! What the reader says about a text that it does not understand.

use super::super::error::{RuleError, RuleErrorKind, Span};
use super::lex::shorten;
use super::parse::Parser;
use super::token::Token;
use super::words::{is_reserved, operator_meant};

impl Parser<'_> {
    pub(super) fn expected(&self, what: &str) -> RuleError {
        let found = match self.next.token {
            Token::End => "the end".to_owned(),
            Token::Text(_) => format!("the text {}", shorten(self.next.written)),
            _ => format!("\"{}\"", shorten(self.next.written)),
        };
        let message = format!("expected {what}, found {found}");
        RuleError::new(RuleErrorKind::Syntax, message).at(self.next.span)
    }

    pub(super) fn unquoted(&self, what: &str) -> RuleError {
        let reserved = is_reserved(self.next.written);
        let hint = format!(
            "a text stands in quotes: \"{}\"",
            shorten(self.next.written)
        );
        self.expected(what).with_hint((!reserved).then_some(hint))
    }

    pub(super) fn no_operator(&self, not: bool) -> RuleError {
        if not {
            let hint = self.at_word("is").then_some("write is set or is missing");
            return self
                .expected("an operator of words, such as in")
                .with_hint(hint);
        }
        let unknown = matches!(&self.next.token, Token::Word(word) if !is_reserved(word));
        if !unknown {
            let activity = self.next.token == Token::Open;
            let hint = activity.then_some("of activities say how many: at least 1 …");
            return self
                .expected("an operator, such as = or in")
                .with_hint(hint);
        }
        let written = self.next.written;
        RuleError::new(
            RuleErrorKind::UnknownOperator,
            format!("there is no operator {written:?}"),
        )
        .with_hint(operator_meant(written))
        .at(self.next.span)
    }

    pub(super) fn unclosed(&self, what: &str, open: Span) -> RuleError {
        let Span { line, column, .. } = open;
        let hint = format!("the bracket at {line}:{column} is not closed");
        self.expected(what).with_hint(Some(hint))
    }

    pub(super) fn trailing(&self) -> RuleError {
        let hint = match self.next.token {
            Token::Comma => Some("numbers have no thousands separators; tests are joined by and"),
            Token::Close => Some("no bracket was opened for it"),
            _ => None,
        };
        self.expected("and, or or the end").with_hint(hint)
    }
}
