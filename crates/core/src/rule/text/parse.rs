//! Reads the text form: one token of look-ahead, recursion only as deep as brackets and `not`.

use crate::{Value, is_attribute_name};

use super::super::ast::{Condition, Expr, Has, Period, Relation, Test, TextMatch};
use super::super::error::{RuleError, RuleErrorKind, Span};
use super::super::whole::{
    MAX_LEVELS, MAX_LIST, MAX_NODES, TestSpans, too_deep, too_long_list, too_many_nodes,
};
use super::lex::{Lexer, Piece, shorten};
use super::token::Token;
use super::words::is_reserved;

/// The expression of a text, with the places of its tests from left to right.
pub(crate) fn parse(text: &str) -> Result<(Expr, Vec<TestSpans>), RuleError> {
    let mut lexer = Lexer::new(text);
    let next = lexer.next()?;
    let mut parser = Parser {
        lexer,
        next,
        nesting: 0,
        nodes: 0,
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
    spans: Vec<TestSpans>,
}

/// The units of a period, each in singular and plural.
const UNITS: [&str; 10] = [
    "day", "days", "week", "weeks", "month", "months", "quarter", "quarters", "year", "years",
];

type Parsed<T> = Result<T, RuleError>;

impl<'a> Parser<'a> {
    fn any(&mut self) -> Parsed<Expr> {
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
        if self.nesting == MAX_LEVELS {
            return Err(too_deep().at(self.next.span));
        }
        self.nesting += 1;
        let expr = if not {
            self.negated()?
        } else {
            self.bracketed()?
        };
        self.nesting -= 1;
        Ok(expr)
    }

    fn negated(&mut self) -> Parsed<Expr> {
        self.count_node()?;
        self.advance()?;
        Ok(Expr::Not(Box::new(self.factor()?)))
    }

    fn bracketed(&mut self) -> Parsed<Expr> {
        let open = self.advance()?.span;
        let expr = self.any()?;
        if self.next.token == Token::Close {
            self.advance()?;
            return Ok(expr);
        }
        let Span { line, column, .. } = open;
        let hint = format!("the bracket at {line}:{column} is not closed");
        Err(self
            .expected("and, or or a closing bracket")
            .with_hint(Some(hint)))
    }

    fn test(&mut self) -> Parsed<Expr> {
        self.count_node()?;
        let (attribute, at) = self.attribute()?;
        let mut spans = TestSpans {
            attribute: at,
            operator: self.next.span,
            values: Vec::new(),
        };
        let not = self.at_word("not");
        if not {
            self.count_node()?;
            self.advance()?;
            spans.operator = self.next.span;
        }
        let condition = self.condition(&mut spans.values, not)?;
        self.spans.push(spans);
        let test = Expr::Test(Test {
            attribute,
            condition,
        });
        Ok(if not { Expr::Not(Box::new(test)) } else { test })
    }

    fn attribute(&mut self) -> Parsed<(String, Span)> {
        let span = self.next.span;
        let name = match &self.next.token {
            Token::Name(name) => name.clone(),
            Token::Word(word) if is_reserved(word) => {
                let hint = format!("an attribute of this name is written `{word}`");
                return Err(self.expected("an attribute").with_hint(Some(hint)));
            }
            Token::Word(word) => word.clone(),
            _ => return Err(self.expected("an attribute")),
        };
        if !is_attribute_name(&name) {
            let message = format!("{:?} cannot be the name of an attribute", shorten(&name));
            return Err(RuleError::new(RuleErrorKind::Name, message).at(span));
        }
        self.advance()?;
        Ok((name, span))
    }

    /// An operator and what belongs to it; after `not` only one made of words.
    fn condition(&mut self, spans: &mut Vec<Span>, not: bool) -> Parsed<Condition> {
        match self.next.token {
            Token::Compare(how) if !not => {
                self.advance()?;
                return Ok(Condition::Compare(how, self.value(spans)?));
            }
            Token::Same if !not => {
                self.advance()?;
                return Ok(Condition::Text(TextMatch::Same, self.text(spans)?));
            }
            _ => {}
        }
        let Token::Word(word) = &self.next.token else {
            return Err(self.no_operator(not));
        };
        match word.to_ascii_lowercase().as_str() {
            "between" => self.between(spans),
            "in" => {
                self.advance()?;
                Ok(Condition::In(self.list(spans, Self::value)?))
            }
            "is" if !not => self.is(),
            "contains" => {
                self.advance()?;
                Ok(Condition::Text(TextMatch::Contains, self.text(spans)?))
            }
            "starts" => {
                self.advance()?;
                self.word("with")?;
                Ok(Condition::Text(TextMatch::StartsWith, self.text(spans)?))
            }
            "has" => self.has(spans),
            "older" | "at" | "within" => self.relative(),
            "on" => {
                self.advance()?;
                self.word("this")?;
                self.word("day")?;
                Ok(Condition::OnThisDay)
            }
            _ => Err(self.no_operator(not)),
        }
    }

    fn between(&mut self, spans: &mut Vec<Span>) -> Parsed<Condition> {
        self.advance()?;
        let low = self.value(spans)?;
        self.word("and")?;
        Ok(Condition::Between(low, self.value(spans)?))
    }

    fn is(&mut self) -> Parsed<Condition> {
        self.advance()?;
        let condition = match self.one_of(&["set", "missing"]) {
            Some(0) => Condition::IsSet,
            Some(_) => Condition::IsMissing,
            None => return Err(self.expected("set or missing")),
        };
        self.advance()?;
        Ok(condition)
    }

    fn has(&mut self, spans: &mut Vec<Span>) -> Parsed<Condition> {
        self.advance()?;
        let has = match self.one_of(&["any", "all", "none"]) {
            Some(0) => Has::Any,
            Some(1) => Has::All,
            Some(_) => Has::None,
            None => return Err(self.expected("any, all or none")),
        };
        self.advance()?;
        self.word("of")?;
        Ok(Condition::Has(has, self.list(spans, Self::text)?))
    }

    fn relative(&mut self) -> Parsed<Condition> {
        let (ago, period);
        let relation = if self.at_word("older") {
            self.advance()?;
            self.word("than")?;
            (ago, period) = (false, self.period()?);
            Relation::OlderThan
        } else if self.at_word("at") {
            self.advance()?;
            self.word("least")?;
            (ago, period) = (true, self.period()?);
            Relation::AtLeastAgo
        } else {
            self.advance()?;
            self.word("the")?;
            let relation = match self.one_of(&["last", "next"]) {
                Some(0) => Relation::WithinLast,
                Some(_) => Relation::WithinNext,
                None => return Err(self.expected("last or next")),
            };
            self.advance()?;
            (ago, period) = (false, self.period()?);
            relation
        };
        if ago {
            self.word("ago")?;
        }
        Ok(Condition::Relative(relation, period))
    }

    fn period(&mut self) -> Parsed<Period> {
        let count = match self.next.token {
            Token::Literal(Value::Integer(n)) => u32::try_from(n).ok(),
            _ => None,
        };
        let Some(count) = count else {
            return Err(self.expected("a whole number from 0 to 4294967295"));
        };
        self.advance()?;
        let period = match self.one_of(&UNITS) {
            Some(0 | 1) => Period::Days(count),
            Some(2 | 3) => Period::Weeks(count),
            Some(4 | 5) => Period::Months(count),
            Some(6 | 7) => Period::Quarters(count),
            Some(_) => Period::Years(count),
            None => return Err(self.expected("days, weeks, months, quarters or years")),
        };
        self.advance()?;
        Ok(period)
    }

    fn list<T>(
        &mut self,
        spans: &mut Vec<Span>,
        item: fn(&mut Self, &mut Vec<Span>) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        if self.next.token != Token::Open {
            return Err(self.expected("an opening bracket"));
        }
        let mut items = Vec::new();
        loop {
            self.advance()?;
            if items.len() == MAX_LIST {
                return Err(too_long_list().at(self.next.span));
            }
            items.push(item(self, spans)?);
            match self.next.token {
                Token::Comma => {}
                Token::Close => break,
                _ => return Err(self.expected("a comma or a closing bracket")),
            }
        }
        self.advance()?;
        Ok(items)
    }

    fn value(&mut self, spans: &mut Vec<Span>) -> Parsed<Value> {
        let value = match &self.next.token {
            Token::Literal(value) => value.clone(),
            Token::Text(text) => Value::Text(text.clone()),
            Token::Word(_) => match self.one_of(&["true", "false"]) {
                Some(n) => Value::Bool(n == 0),
                None => return Err(self.unquoted("a value")),
            },
            _ => return Err(self.expected("a value")),
        };
        spans.push(self.advance()?.span);
        Ok(value)
    }

    fn text(&mut self, spans: &mut Vec<Span>) -> Parsed<String> {
        let text = match &self.next.token {
            Token::Text(text) => text.clone(),
            Token::Word(_) | Token::Literal(_) => return Err(self.unquoted("a text")),
            _ => return Err(self.expected("a text")),
        };
        spans.push(self.advance()?.span);
        Ok(text)
    }

    /// Takes the word that must come next.
    fn word(&mut self, word: &str) -> Parsed<()> {
        if !self.at_word(word) {
            return Err(self.expected(word));
        }
        self.advance().map(drop)
    }

    pub(super) fn at_word(&self, word: &str) -> bool {
        matches!(&self.next.token, Token::Word(w) if w.eq_ignore_ascii_case(word))
    }

    fn one_of(&self, words: &[&str]) -> Option<usize> {
        words.iter().position(|word| self.at_word(word))
    }

    fn advance(&mut self) -> Parsed<Piece<'a>> {
        let next = self.lexer.next()?;
        Ok(std::mem::replace(&mut self.next, next))
    }

    fn count_node(&mut self) -> Parsed<()> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(too_many_nodes().at(self.next.span));
        }
        Ok(())
    }
}
