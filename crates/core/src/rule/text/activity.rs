//! Reads what is asked of activities, of other segments, and of several rules together.

use super::super::ast::{
    Activities, ActivityTest, Comparison, Condition, Expr, Measure, Relation, Window,
};
use super::super::bounds::{check_least, nested};
use super::super::error::{RuleError, RuleErrorKind, Span};
use super::super::whole::LeafSpans;
use super::lex::shorten;
use super::parse::{Parsed, Parser};
use super::token::Token;
use super::words::{is_reserved, operator_meant};
use crate::{SegmentName, Value};

/// Words that begin a test of activities, unless an operator follows: then they are attributes.
pub(super) const OPENINGS: [&str; 5] = ["exactly", "count", "sum", "last", "first"];

impl Parser<'_> {
    /// `at least 2 of (…)`, `at least 2 purchase`, `at most 2 purchase`.
    pub(super) fn at(&mut self) -> Parsed<Expr> {
        let at = self.advance()?.span;
        let how = match self.one_of(&["least", "most"]) {
            Some(0) => Comparison::Ge,
            Some(_) => Comparison::Le,
            None => {
                let hint = "an attribute of this name is written `at`";
                return Err(self.expected("least or most").with_hint(Some(hint)));
            }
        };
        self.advance()?;
        let number = self.next.span;
        let n = self.whole_number()?;
        match how {
            Comparison::Ge if self.at_word("of") => self.at_least_of(n, number),
            _ if self.at_word("of") => {
                let hint = format!("write not at least {} of (…)", u64::from(n) + 1);
                Err(self.expected("a kind of activity").with_hint(Some(hint)))
            }
            _ => self.so_many(how, n, at, number),
        }
    }

    fn at_least_of(&mut self, least: u32, number: Span) -> Parsed<Expr> {
        self.advance()?;
        if self.next.token != Token::Open {
            return Err(self.expected("an opening bracket"));
        }
        let open = self.next.span;
        let parts = self.nested(|parser| {
            let mut parts = Vec::new();
            loop {
                parser.advance()?;
                parts.push(parser.any()?);
                match parser.next.token {
                    Token::Comma => {}
                    Token::Close => break,
                    _ => return Err(parser.unclosed("and, or, a comma or a closing bracket", open)),
                }
            }
            parser.advance()?;
            Ok(parts)
        })?;
        check_least(least, parts.len()).map_err(|error| error.at(number))?;
        Ok(Expr::AtLeast(least, parts))
    }

    /// `in segment staff`
    pub(super) fn in_segment(&mut self) -> Parsed<Expr> {
        let begin = self.advance()?.span;
        if !self.at_word("segment") {
            let hint = "an attribute of this name is written `in`";
            return Err(self.expected("segment").with_hint(Some(hint)));
        }
        if self.of_activity {
            return Err(nested("a segment").at(begin));
        }
        self.advance()?;
        let span = self.next.span;
        let name = match &self.next.token {
            Token::Text(name) | Token::Name(name) => name.clone(),
            Token::Word(word) if !is_reserved(word) => word.clone(),
            Token::Word(word) => {
                let hint = format!("a segment of this name is written \"{word}\"");
                return Err(self.expected("the name of a segment").with_hint(Some(hint)));
            }
            _ => return Err(self.expected("the name of a segment")),
        };
        let name = SegmentName::new(name.as_str()).map_err(|error| {
            let message = format!("{:?} cannot be the name of a segment", shorten(&name));
            RuleError::new(RuleErrorKind::Name, message)
                .with_hint(Some(error.to_string()))
                .at(span)
        })?;
        self.advance()?;
        self.spans.push(LeafSpans::at(span));
        Ok(Expr::InSegment(name))
    }

    /// What one of [`OPENINGS`], which was read as a name, begins; nothing when it is a name.
    pub(super) fn opened(&mut self, word: &str, at: Span) -> Parsed<Option<Expr>> {
        let named = match &self.next.token {
            Token::Name(_) => true,
            Token::Word(word) => !is_reserved(word),
            _ => false,
        };
        let test = match word {
            "exactly" if matches!(self.next.token, Token::Literal(_)) => {
                let number = self.next.span;
                let n = self.whole_number()?;
                self.so_many(Comparison::Eq, n, at, number)?
            }
            "count" if self.at_word("of") => {
                self.advance()?;
                self.measured(Measure::Count, at, None)?
            }
            "sum" if self.at_word("of") => {
                self.advance()?;
                let (attribute, summed) = self.name("an attribute")?;
                self.word("of")?;
                self.measured(Measure::Sum(attribute), at, Some(summed))?
            }
            "last" if named => self.measured(Measure::Last, at, None)?,
            "first" if named => self.measured(Measure::First, at, None)?,
            "count" | "sum" if named && operator_meant(self.next.written).is_none() => {
                return Err(self.expected("of, or an operator such as = or in"));
            }
            _ => return Ok(None),
        };
        Ok(Some(test))
    }

    /// So many activities; a stretch of days after them can only be when they were.
    fn so_many(&mut self, how: Comparison, n: u32, at: Span, number: Span) -> Parsed<Expr> {
        let place = self.reserve(at);
        let (mut of, name) = self.activities(at)?;
        if self.at_word("within") {
            let span = self.advance()?.span;
            of.within = Some(match self.within()? {
                Within::Only(window) | Within::Either(window, _) => window,
                Within::Condition(_) => {
                    let message = "activities lie in the past";
                    let error = RuleError::new(RuleErrorKind::Syntax, message).at(span);
                    return Err(error.with_hint(Some("write within the last")));
                }
            });
        }
        self.spans[place] = LeafSpans {
            name,
            summed: None,
            operator: at,
            values: vec![number],
        };
        Ok(Expr::Activity(ActivityTest {
            measure: Measure::Count,
            of,
            condition: Condition::Compare(how, Value::from(n)),
        }))
    }

    /// What something made of activities must be.
    fn measured(&mut self, measure: Measure, at: Span, summed: Option<Span>) -> Parsed<Expr> {
        let place = self.reserve(at);
        let (mut of, name) = self.activities(at)?;
        let mut spans = LeafSpans {
            summed,
            operator: self.next.span,
            ..LeafSpans::at(name)
        };
        let mut asked = None;
        if self.at_word("within") {
            self.advance()?;
            match self.within()? {
                Within::Only(_) if !self.at_condition() => {
                    let hint = "that is when they were; of the last one write within the last";
                    return Err(self.no_operator(false).with_hint(Some(hint)));
                }
                Within::Only(window) => of.within = Some(window),
                // It is when they were if something else is asked of them.
                Within::Either(window, _) if self.at_condition() => of.within = Some(window),
                Within::Either(_, condition) | Within::Condition(condition) => {
                    asked = Some((false, condition));
                }
            }
        }
        let (not, condition) = match asked {
            Some(asked) => asked,
            None => self.asked(&mut spans)?,
        };
        self.spans[place] = spans;
        let test = Expr::Activity(ActivityTest {
            measure,
            of,
            condition,
        });
        Ok(if not { Expr::Not(Box::new(test)) } else { test })
    }

    /// `purchase`, `purchase(product = "fibra")`
    fn activities(&mut self, begin: Span) -> Parsed<(Activities, Span)> {
        if self.of_activity {
            return Err(nested("what happened to the customer").at(begin));
        }
        let (kind, name) = self.name("a kind of activity")?;
        let (mut with, within) = (None, None);
        if self.next.token == Token::Open {
            self.of_activity = true;
            with = Some(Box::new(self.bracketed()?));
            self.of_activity = false;
        }
        Ok((Activities { kind, with, within }, name))
    }

    /// What follows `within` after activities.
    fn within(&mut self) -> Parsed<Within> {
        if let Token::Literal(_) = self.next.token {
            return Ok(Within::Only(Window::Last(self.period()?)));
        }
        let condition = self.stretch()?;
        Ok(match condition {
            Condition::Relative(Relation::WithinLast, period) => {
                Within::Either(Window::Last(period), condition)
            }
            Condition::ToDate(unit) => Within::Either(Window::ToDate(unit), condition),
            other => Within::Condition(other),
        })
    }

    /// Keeps the place of a leaf that begins before others within it.
    fn reserve(&mut self, at: Span) -> usize {
        self.spans.push(LeafSpans::at(at));
        self.spans.len() - 1
    }
}

/// What a stretch of days after activities can be.
enum Within {
    /// When they were.
    Only(Window),
    /// When they were, or a condition on the last or the first of them.
    Either(Window, Condition),
    /// A condition.
    Condition(Condition),
}
