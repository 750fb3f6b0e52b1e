//! Reads the text form: one token of look-ahead, recursion only as deep as brackets and `not`.

use super::super::ast::{Expr, Test};
use super::super::bounds::{check_name, too_deep, too_many_nodes};
use super::super::error::{RuleError, Span};
use super::super::whole::{LeafSpans, MAX_LEVELS, MAX_NODES};
use super::activity::OPENINGS;
use super::lex::{Lexer, Piece};
use super::token::Token;
use super::words::is_reserved;

/// The expression of a text, with the places of its leaves in the order in which they begin.
pub(crate) fn parse(text: &str) -> Result<(Expr, Vec<LeafSpans>), RuleError> {
    let mut lexer = Lexer::new(text);
    let next = lexer.next()?;
    let mut parser = Parser {
        lexer,
        next,
        nesting: 0,
        nodes: 0,
        of_activity: false,
        spans: Vec::new(),
    };
    let expr = parser.any()?;
    match parser.next.token {
        Token::End => Ok((expr, parser.spans)),
        _ => Err(parser.trailing()),
    }
}

pub(super) struct Parser<'a> {
    lexer: Lexer<'a>,
    pub(super) next: Piece<'a>,
    /// How many brackets and `not` are open.
    nesting: usize,
    nodes: usize,
    /// Whether what is read stands within the brackets of an activity.
    pub(super) of_activity: bool,
    pub(super) spans: Vec<LeafSpans>,
}

pub(super) type Parsed<T> = Result<T, RuleError>;

impl<'a> Parser<'a> {
    pub(super) fn any(&mut self) -> Parsed<Expr> {
        self.joined("or", Self::all, Expr::Any)
    }

    fn all(&mut self) -> Parsed<Expr> {
        self.joined("and", Self::factor, Expr::All)
    }

    fn joined(
        &mut self,
        word: &str,
        part: fn(&mut Self) -> Parsed<Expr>,
        join: fn(Vec<Expr>) -> Expr,
    ) -> Parsed<Expr> {
        let first = part(self)?;
        if !self.at_word(word) {
            return Ok(first);
        }
        self.count_node()?;
        let mut parts = vec![first];
        while self.at_word(word) {
            self.advance()?;
            parts.push(part(self)?);
        }
        Ok(join(parts))
    }

    fn factor(&mut self) -> Parsed<Expr> {
        let not = self.at_word("not");
        if !not && self.next.token != Token::Open {
            return self.test();
        }
        if !not {
            return self.bracketed();
        }
        self.count_node()?;
        self.nested(|parser| {
            parser.advance()?;
            Ok(Expr::Not(Box::new(parser.factor()?)))
        })
    }

    /// A rule in brackets, the first of which is next.
    pub(super) fn bracketed(&mut self) -> Parsed<Expr> {
        self.nested(|parser| {
            let open = parser.advance()?.span;
            let expr = parser.any()?;
            if parser.next.token != Token::Close {
                return Err(parser.unclosed("and, or or a closing bracket", open));
            }
            parser.advance()?;
            Ok(expr)
        })
    }

    /// Reads what lies one level deeper.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.nesting == MAX_LEVELS {
            return Err(too_deep().at(self.next.span));
        }
        self.nesting += 1;
        let inner = read(self)?;
        self.nesting -= 1;
        Ok(inner)
    }

    fn test(&mut self) -> Parsed<Expr> {
        self.count_node()?;
        if self.at_word("at") {
            return self.at();
        }
        if self.at_word("in") {
            return self.in_segment();
        }
        let opening = self.one_of(&OPENINGS);
        let (attribute, name) = self.name("an attribute")?;
        if let Some(test) = opening.and_then(|word| self.opened(OPENINGS[word], name).transpose()) {
            return test;
        }
        let mut spans = LeafSpans::at(name);
        let (not, condition) = self.asked(&mut spans)?;
        self.spans.push(spans);
        let test = Expr::Test(Test {
            attribute,
            condition,
        });
        Ok(if not { Expr::Not(Box::new(test)) } else { test })
    }

    /// A name of what is expected here.
    pub(super) fn name(&mut self, what: &str) -> Parsed<(String, Span)> {
        let span = self.next.span;
        let name = match &self.next.token {
            Token::Name(name) => name.clone(),
            Token::Word(word) if is_reserved(word) => {
                let hint = format!("{what} of this name is written `{word}`");
                return Err(self.expected(what).with_hint(Some(hint)));
            }
            Token::Word(word) => word.clone(),
            _ => return Err(self.expected(what)),
        };
        check_name(&name, what).map_err(|error| error.at(span))?;
        self.advance()?;
        Ok((name, span))
    }

    /// Takes the word that must come next.
    pub(super) fn word(&mut self, word: &str) -> Parsed<()> {
        if !self.at_word(word) {
            return Err(self.expected(word));
        }
        self.advance().map(drop)
    }

    pub(super) fn at_word(&self, word: &str) -> bool {
        matches!(&self.next.token, Token::Word(w) if w.eq_ignore_ascii_case(word))
    }

    pub(super) fn one_of(&self, words: &[&str]) -> Option<usize> {
        words.iter().position(|word| self.at_word(word))
    }

    pub(super) fn advance(&mut self) -> Parsed<Piece<'a>> {
        let next = self.lexer.next()?;
        Ok(std::mem::replace(&mut self.next, next))
    }

    pub(super) fn count_node(&mut self) -> Parsed<()> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(too_many_nodes().at(self.next.span));
        }
        Ok(())
    }
}
