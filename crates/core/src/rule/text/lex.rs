//! Cuts a text into tokens, one at a time, so that the first mistake is the one that is reported.

use super::super::error::{RuleError, RuleErrorKind, Span};
use super::token::{Token, literal, operator};
use super::words::operator_meant;

/// A token with its place, and as it was written.
#[derive(Debug, Clone)]
pub(super) struct Piece<'a> {
    pub(super) token: Token,
    pub(super) span: Span,
    pub(super) written: &'a str,
}

#[derive(Debug)]
pub(super) struct Lexer<'a> {
    rest: &'a str,
    line: u32,
    column: u32,
}

const SIGNS: &str = "=<>!~&|";

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            line: 1,
            column: 1,
        }
    }

    /// The next token; [`Token::End`] at the end, again and again.
    pub(super) fn next(&mut self) -> Result<Piece<'a>, RuleError> {
        self.skip_space();
        let (start, line, column) = (self.rest, self.line, self.column);
        let result = self.token();
        let written = &start[..start.len() - self.rest.len()];
        let span = Span {
            line,
            column,
            len: self.column - column,
        };
        result
            .map(|token| Piece {
                token,
                span,
                written,
            })
            .map_err(|error| match error.span() {
                Some(_) => error,
                None => error.at(span),
            })
    }

    fn token(&mut self) -> Result<Token, RuleError> {
        let Some(first) = self.peek() else {
            return Ok(Token::End);
        };
        let number = first == '-' && self.rest[1..].starts_with(|c: char| c.is_ascii_digit());
        match first {
            '(' | ')' | ',' => {
                self.take();
                Ok(match first {
                    '(' => Token::Open,
                    ')' => Token::Close,
                    _ => Token::Comma,
                })
            }
            '"' | '\'' => self.text(first).map(Token::Text),
            '`' => self.name().map(Token::Name),
            c if c.is_alphabetic() || c == '_' => Ok(Token::Word(
                self.run(|c| c.is_alphanumeric() || c == '_' || c == '.')
                    .into(),
            )),
            c if c.is_ascii_digit() || number => self.literal(),
            c if SIGNS.contains(c) => self.signs(),
            c => {
                self.take();
                let message = format!("{c:?} has no meaning here");
                Err(RuleError::new(RuleErrorKind::Syntax, message))
            }
        }
    }

    fn literal(&mut self) -> Result<Token, RuleError> {
        let run = self.run(|c| c.is_alphanumeric() || "._:+-".contains(c));
        literal(run).map(Token::Literal).map_err(|hint| {
            let message = format!("{:?} is not a number, a date or an instant", shorten(run));
            RuleError::new(RuleErrorKind::Literal, message).with_hint(Some(hint))
        })
    }

    fn signs(&mut self) -> Result<Token, RuleError> {
        let run = self.run(|c| SIGNS.contains(c));
        operator(run).ok_or_else(|| {
            let message = format!("there is no operator {:?}", shorten(run));
            RuleError::new(RuleErrorKind::UnknownOperator, message).with_hint(operator_meant(run))
        })
    }

    fn text(&mut self, quote: char) -> Result<String, RuleError> {
        self.take();
        let mut text = String::new();
        loop {
            let (line, column) = (self.line, self.column);
            match self.take_on_line() {
                Some(c) if c == quote => return Ok(text),
                Some('\\') => {
                    let escaped = self.escape().map_err(|message| {
                        let span = Span {
                            line,
                            column,
                            len: self.column - column,
                        };
                        RuleError::new(RuleErrorKind::Literal, message).at(span)
                    })?;
                    text.push(escaped);
                }
                Some(c) => text.push(c),
                None => return Err(unterminated("a text", quote)),
            }
        }
    }

    /// What stands after a backslash.
    fn escape(&mut self) -> Result<char, &'static str> {
        match self.take_on_line() {
            Some(c @ ('"' | '\'' | '\\')) => Ok(c),
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some('u') => self
                .code_point()
                .ok_or(r"write the character's number as \u{f1}"),
            _ => Err(r#"after \ stands one of " ' \ n r t or u{…}"#),
        }
    }

    fn code_point(&mut self) -> Option<char> {
        let (digits, _) = self.rest.strip_prefix('{')?.split_once('}')?;
        let hex = (1..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
        let c = hex
            .then(|| u32::from_str_radix(digits, 16).ok())
            .flatten()
            .and_then(char::from_u32);
        // All of them are ASCII, so that as many bytes are as many columns.
        (0..digits.len() + 2)
            .filter(|_| c.is_some())
            .for_each(|_| self.take());
        c
    }

    fn name(&mut self) -> Result<String, RuleError> {
        self.take();
        let name = self.run(|c| c != '`' && c != '\n').to_owned();
        if self.take_on_line().is_none() {
            return Err(unterminated("a name", '`'));
        }
        Ok(name)
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.take();
        }
    }

    fn run(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let start = self.rest;
        while self.peek().is_some_and(&belongs) {
            self.take();
        }
        &start[..start.len() - self.rest.len()]
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn take_on_line(&mut self) -> Option<char> {
        let c = self.peek().filter(|c| *c != '\n')?;
        self.take();
        Some(c)
    }

    fn take(&mut self) {
        let mut chars = self.rest.chars();
        match chars.next() {
            Some('\n') => (self.line, self.column) = (self.line.saturating_add(1), 1),
            Some(_) => self.column = self.column.saturating_add(1),
            None => {}
        }
        self.rest = chars.as_str();
    }
}

fn unterminated(what: &str, quote: char) -> RuleError {
    let message = format!("{what} begins here and has no end on its line");
    let hint = match quote {
        '`' => "close it with `".to_owned(),
        _ => format!(r"close it with {quote}; a new line within it is written \n"),
    };
    RuleError::new(RuleErrorKind::Unterminated, message).with_hint(Some(hint))
}

/// As much of what was written as a message needs.
pub(in crate::rule) fn shorten(written: &str) -> String {
    let mut short: String = written.chars().take(40).collect();
    if short.len() < written.len() {
        short.push('…');
    }
    short
}
