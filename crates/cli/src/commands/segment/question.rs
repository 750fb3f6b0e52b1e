//! What is asked of every customer: a rule, or segments.

use std::collections::BTreeSet;
use std::path::Path;

use pregon::rule::{Rule, RuleError, RuleErrorKind, attr};
use pregon::source::CsvSheet;
use pregon::{
    AttributeType, FamilyName, Schema, SegmentError, SegmentFault, SegmentName, SegmentPart,
    Segments,
};

use super::document;
use super::written::Written;
use crate::args::SegmentArgs;
use crate::document::{Document, Language, read_text};
use crate::output::{Failure, FailureKind};

/// One segment, and where its rule is written.
#[derive(Debug)]
pub(super) struct One {
    pub(super) name: SegmentName,
    /// What it is called in what is printed: a rule without a name is its own.
    pub(super) shown: String,
    pub(super) family: Option<FamilyName>,
    pub(super) rule: Rule,
    pub(super) written: Written,
}

/// What is asked of every customer.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) segments: Segments,
    pub(super) ones: Vec<One>,
    /// The only one that is asked for; the others may be what it depends on.
    pub(super) selected: Option<usize>,
    /// The segments stand in a file, with names.
    pub(super) is_named: bool,
}

impl Question {
    /// Reads the rules that the command line gives.
    pub(super) fn read(args: &SegmentArgs) -> Result<Self, Failure> {
        let (ones, is_named) = match &args.file {
            Some(path) => of_file(path)?,
            None => (of_flags(&args.rules)?, false),
        };
        check_names(&ones)?;
        let segments = Segments::new(parts(&ones)).map_err(|error| misfit(&ones, &error))?;
        Ok(Self {
            segments,
            selected: (ones.len() == 1 && ones[0].family.is_none()).then_some(0),
            ones,
            is_named,
        })
    }

    /// Asks for one of the segments only.
    pub(super) fn only(&mut self, name: Option<&str>) -> Result<(), Failure> {
        let Some(name) = name else { return Ok(()) };
        let found = self.ones.iter().position(|one| one.shown == name);
        let at = found.ok_or_else(|| {
            let near = SegmentName::new(name).ok();
            let near = near.and_then(|name| self.segments.nearest(&name).cloned());
            let message = format!("--segment: there is no segment {name:?}");
            Failure::new(FailureKind::Usage, message)
                .hinted(near.map(|near| format!("did you mean {near}?")))
        })?;
        self.selected = Some(at);
        Ok(())
    }

    /// The attributes that the rules read.
    pub(super) fn attributes(&self) -> Vec<&str> {
        let all = self.ones.iter().flat_map(|one| one.rule.attributes());
        all.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Gives columns without any value the type that the rules ask of them: with nothing in them
    /// every type is right.
    pub(super) fn settle_types(&self, sheet: &mut CsvSheet) {
        use AttributeType::{Bool, Date, Decimal, Instant, Text, Texts};
        for name in self.attributes() {
            let is_open =
                |column: &pregon::source::CsvColumn| !column.is_filled && !column.is_declared;
            if !sheet.column(name).is_some_and(is_open) {
                continue;
            }
            let types = [Text, Decimal, Date, Instant, Bool, Texts];
            let best = types.into_iter().min_by_key(|r#type| {
                let mut schema = sheet.schema().clone();
                // The name is one, as it is in the schema already.
                let _ = schema.insert(name, r#type.clone());
                self.errors(&schema).len()
            });
            if let Some(r#type) = best {
                sheet.assume(name, r#type);
            }
        }
    }

    /// Fails when the rules do not go with the columns.
    pub(super) fn check(&self, sheet: &CsvSheet) -> Result<(), Failure> {
        let errors = self.errors(sheet.schema());
        let failures = errors.into_iter().map(|(one, error)| {
            let failure = one.written.failure(&error);
            let own = failure.hint.clone();
            let hint = match error.kind() {
                // Why the column is a text says more than what a text cannot do.
                RuleErrorKind::Type => hint(&error, sheet).or(own),
                _ => own.or_else(|| hint(&error, sheet)),
            };
            failure.hinted(hint)
        });
        Failure::first_of(failures.collect()).map_or(Ok(()), Err)
    }

    fn errors(&self, schema: &Schema) -> Vec<(&One, RuleError)> {
        let errors = self.ones.iter().flat_map(|one| {
            let found = one.rule.check_in(schema, &self.segments).err();
            // What the named segments lack is said of them.
            let own = |error: &RuleError| error.kind() != RuleErrorKind::UnknownSegment;
            let found = found.into_iter().flatten().filter(own);
            found.map(move |error| (one, error))
        });
        errors.collect()
    }
}

fn of_file(path: &Path) -> Result<(Vec<One>, bool), Failure> {
    let text = read_text(path)?;
    let ends = path
        .extension()
        .and_then(|end| end.to_str())
        .unwrap_or_default();
    let begins = text.trim_start().chars().next();
    let language = match (ends, begins) {
        ("toml", _) => Some(Language::Toml),
        ("yaml" | "yml", _) => Some(Language::Yaml),
        ("json", _) | (_, Some('{')) => Some(Language::Json),
        // No rule begins so.
        (_, Some('[' | '#')) => Some(Language::Toml),
        _ => None,
    };
    let path = path.to_owned();
    let written = match language {
        None => Written::Text { path, text },
        Some(Language::Json) if is_rule(&text) => Written::Json { path, text },
        Some(language) => {
            let document = Document::of(&path, text, language)?;
            return Ok((document::segments(document)?, true));
        }
    };
    Ok((vec![unnamed(written, 1)?], false))
}

/// Whether a JSON document is that of one rule; what is not JSON is said as of a rule.
fn is_rule(text: &str) -> bool {
    let parsed: Result<serde_json::Map<String, serde_json::Value>, _> = serde_json::from_str(text);
    parsed.map_or(true, |object| {
        !["segment", "family"]
            .iter()
            .any(|key| object.contains_key(*key))
    })
}

fn of_flags(rules: &[String]) -> Result<Vec<One>, Failure> {
    let many = rules.len() > 1;
    let each = rules.iter().enumerate().map(|(n, rule)| {
        let flag = if many {
            format!("--rule {}", n + 1)
        } else {
            "--rule".to_owned()
        };
        let Some((name, text)) = named(rule) else {
            let text = rule.clone();
            return unnamed(Written::Flag { flag, text }, n + 1);
        };
        let wrong = |error| {
            let message = format!("{flag}: {name:?} is no name of a segment: {error}");
            Failure::new(FailureKind::Usage, message)
        };
        let segment = SegmentName::new(name).map_err(wrong)?;
        let written = Written::Flag { flag, text };
        Ok(One {
            name: segment,
            shown: name.to_owned(),
            family: None,
            rule: written.rule()?,
            written,
        })
    });
    each.collect()
}

/// The name before a rule and the rule, with blanks where the name was: `vip: visits >= 6`. It is
/// one word; no rule has a colon after its first one.
fn named(rule: &str) -> Option<(&str, String)> {
    let (name, text) = rule.split_once(':')?;
    let name = name.trim();
    let plain = |c: char| c.is_alphanumeric() || "_-.".contains(c);
    let is_name =
        name.starts_with(|c: char| c.is_alphabetic() || c == '_') && name.chars().all(plain);
    is_name.then(|| {
        let before = rule.chars().take_while(|c| *c != ':').count() + 1;
        (name, format!("{}{text}", " ".repeat(before)))
    })
}

fn unnamed(written: Written, n: usize) -> Result<One, Failure> {
    let rule = written.rule()?;
    let shown = match &written {
        Written::Flag { text, .. } | Written::Text { text, .. } => {
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        }
        _ => rule.to_string(),
    };
    let name = SegmentName::new(format!("rule {n}"));
    let name = name.map_err(|error| Failure::file(error.to_string()))?;
    Ok(One {
        name,
        shown,
        family: None,
        rule,
        written,
    })
}

fn parts(ones: &[One]) -> Vec<SegmentPart> {
    let mut parts: Vec<SegmentPart> = Vec::new();
    for one in ones {
        let member = (one.name.clone(), one.rule.clone());
        match (&one.family, parts.last_mut()) {
            (Some(family), Some(SegmentPart::Family(last, members))) if last == family => {
                members.push(member);
            }
            (Some(family), _) => parts.push(SegmentPart::Family(family.clone(), vec![member])),
            (None, _) => parts.push(SegmentPart::Plain(member.0, member.1)),
        }
    }
    parts
}

/// Fails when a name is there twice, or a rule names a segment that is not there.
fn check_names(ones: &[One]) -> Result<(), Failure> {
    let mut seen = BTreeSet::new();
    if let Some(twice) = ones.iter().find(|one| !seen.insert(&one.name)) {
        let message = format!("there is another segment named {:?}", twice.shown);
        return Err(twice.written.whole(message));
    }
    let any = Rule::new(attr("customer_id").is_set());
    let any = any.map_err(|error| Failure::file(error.to_string()))?;
    let plain = ones
        .iter()
        .map(|one| SegmentPart::Plain(one.name.clone(), any.clone()));
    let names = Segments::new(plain).map_err(|error| misfit(ones, &error))?;
    let mut wrong = Vec::new();
    for one in ones {
        let errors = one.rule.check_in(&Schema::new(), &names).err();
        let errors = errors.into_iter().flatten();
        let unknown = errors.filter(|error| error.kind() == RuleErrorKind::UnknownSegment);
        wrong.extend(unknown.map(|error| one.written.failure(&error)));
    }
    Failure::first_of(wrong).map_or(Ok(()), Err)
}

/// What is wrong with the set of segments, at the one that it is said of.
fn misfit(ones: &[One], error: &SegmentError) -> Failure {
    let one = ones.iter().find(|one| one.name == error.segment);
    match (one, &error.fault) {
        (Some(one), SegmentFault::Rule(fault)) => one.written.failure(fault),
        (Some(one), fault) => one
            .written
            .whole(format!("segment {:?}: {fault}", one.shown)),
        (None, fault) => Failure::file(fault.to_string()),
    }
}

/// What the file of customers has to do with a mistake.
fn hint(error: &RuleError, sheet: &CsvSheet) -> Option<String> {
    match error.kind() {
        RuleErrorKind::UnknownAttribute => {
            let names = sheet
                .columns()
                .iter()
                .filter_map(|c| c.attribute.as_deref());
            let first: Vec<&str> = names.take(12).collect();
            let more = if sheet.columns().len() > first.len() {
                ", …"
            } else {
                ""
            };
            Some(format!("the file has: {}{more}", first.join(", ")))
        }
        RuleErrorKind::Type => {
            let is_meant = |name: &str| {
                [", which", ""].iter().any(|which| {
                    error
                        .message()
                        .contains(&format!("{name}{which} is a text"))
                })
            };
            let column = sheet.columns().iter().find(|column| {
                column.text_since.is_some() && column.attribute.as_deref().is_some_and(is_meant)
            })?;
            let line = column.text_since?;
            Some(format!(
                "column {} is text because of its value on line {line}",
                column.header
            ))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rule: &str, name: Option<&str>) {
        assert_eq!(named(rule).map(|(name, _)| name), name, "{rule}");
    }

    #[test]
    fn names_before_rules() {
        check("vip: visits >= 6", Some("vip"));
        check(" en-riesgo :visits >= 6", Some("en-riesgo"));
        check("visits >= 6", None);
        check("at >= 2026-11-20T10:00:00Z", None);
        check("note = \"a: b\"", None);
        check("note contains \"a: b\"", None);
        check("between: visits >= 6", Some("between"));
        let (_, text) = named("vip: visits >= 6").unwrap();
        assert_eq!(text, "     visits >= 6");
    }

    #[test]
    fn no_rule_is_taken_for_a_name() {
        for rule in [
            "at between 2026-11-20T10:00:00Z and 2026-11-21T10:00:00Z",
            "at in (2026-11-20T10:00:00Z)",
            "at = 2026-11-20T10:00:00-05:00",
            "`a:b` = 1",
        ] {
            check(rule, None);
        }
    }
}
