//! Reads what must hold of a value: an operator and what belongs to it.

use super::super::ast::{Condition, Has, Period, Relation, TextMatch, Unit};
use super::super::bounds::too_long_list;
use super::super::error::Span;
use super::super::whole::{LeafSpans, MAX_LIST};
use super::parse::{Parsed, Parser};
use super::token::Token;
use crate::Value;

/// The units of a period, each in singular and plural.
const UNITS: [&str; 10] = [
    "day", "days", "week", "weeks", "month", "months", "quarter", "quarters", "year", "years",
];

/// The words with which a condition begins.
const BEGINNINGS: [&str; 12] = [
    "not",
    "between",
    "in",
    "is",
    "contains",
    "starts",
    "has",
    "older",
    "at",
    "within",
    "anniversary",
    "on",
];

impl Parser<'_> {
    /// A condition, and whether it is negated.
    pub(super) fn asked(&mut self, spans: &mut LeafSpans) -> Parsed<(bool, Condition)> {
        let not = self.at_word("not");
        if not {
            self.count_node()?;
            self.advance()?;
        }
        spans.operator = self.next.span;
        let condition = self.condition(&mut spans.values, not)?;
        Ok((not, condition))
    }

    /// Whether a condition begins here.
    pub(super) fn at_condition(&self) -> bool {
        matches!(self.next.token, Token::Compare(_) | Token::Same)
            || self.one_of(&BEGINNINGS).is_some()
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
            "older" => self.older(),
            "at" => self.at_least_ago(),
            "within" => {
                self.advance()?;
                self.stretch()
            }
            "anniversary" => self.anniversary(),
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

    fn older(&mut self) -> Parsed<Condition> {
        self.advance()?;
        self.word("than")?;
        Ok(Condition::Relative(Relation::OlderThan, self.period()?))
    }

    fn at_least_ago(&mut self) -> Parsed<Condition> {
        self.advance()?;
        self.word("least")?;
        let period = self.period()?;
        self.word("ago")?;
        Ok(Condition::Relative(Relation::AtLeastAgo, period))
    }

    fn anniversary(&mut self) -> Parsed<Condition> {
        self.advance()?;
        self.word("within")?;
        Ok(Condition::Anniversary(self.period()?))
    }

    /// What follows `within`: a stretch of days that ends or begins today.
    pub(super) fn stretch(&mut self) -> Parsed<Condition> {
        if !self.at_word("the") {
            let number = matches!(self.next.token, Token::Literal(_));
            let hint = number.then_some("write within the last or within the next");
            return Err(self.expected("the").with_hint(hint));
        }
        self.advance()?;
        let relation = match self.one_of(&["last", "next"]) {
            Some(0) => Relation::WithinLast,
            Some(_) => Relation::WithinNext,
            None => return self.unit_to_date().map(Condition::ToDate),
        };
        self.advance()?;
        Ok(Condition::Relative(relation, self.period()?))
    }

    fn unit_to_date(&mut self) -> Parsed<Unit> {
        let unit = match self.one_of(&["day", "week", "month", "quarter", "year"]) {
            Some(0) => Unit::Day,
            Some(1) => Unit::Week,
            Some(2) => Unit::Month,
            Some(3) => Unit::Quarter,
            Some(_) => Unit::Year,
            None => return Err(self.expected("last, next or a unit such as month")),
        };
        self.advance()?;
        self.word("to")?;
        self.word("date")?;
        Ok(unit)
    }

    pub(super) fn period(&mut self) -> Parsed<Period> {
        let count = self.whole_number()?;
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

    pub(super) fn whole_number(&mut self) -> Parsed<u32> {
        let count = match self.next.token {
            Token::Literal(Value::Integer(n)) => u32::try_from(n).ok(),
            _ => None,
        };
        let Some(count) = count else {
            return Err(self.expected("a whole number from 0 to 4294967295"));
        };
        self.advance()?;
        Ok(count)
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
}
