//! A rule becomes a condition of SQL.
//!
//! Truth has three values in a rule and two in the condition. Therefore a test has two conditions:
//! one for the rows for which it is surely true, one for those for which it is surely false; a row
//! without the value is in neither. *not* swaps them, down to the tests, so that everything above
//! them only joins.
//!
//! Where a database cannot say exactly what a test means, there is a condition that is *over* the
//! truth, which lets more rows pass, and one *under* it, which lets fewer pass; what is subtracted,
//! as the earlier segments of a family, is taken from the other side.

mod node;
mod ranges;
mod when;

mod verdict;
mod days;
mod months;

mod known;
mod key;
mod field;
mod fold;

mod walk;
mod leaf;
mod texts;
mod happened;
mod sum;

use pregon_core::Segments;
use pregon_core::rule::{Expr, Rule};

use super::mapping::ZoneFrom;
use super::{Bind, TableMapping};
use node::Node;
use walk::{Side, Translator};

pub(super) use known::known;
pub use when::When;

/// The name that statements give to the table of customers.
pub(super) const TABLE: &str = "c";

/// A rule as a condition of SQL, as far as the database can say it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Pushed {
    /// The condition, which is never null. It speaks of the table under the name `c`, and its
    /// values are named `?1` or `$1` and on.
    pub text: String,
    /// The values, in the order of their numbers.
    pub binds: Vec<Bind>,
    /// What must be asked in memory of every row that passes; nothing when the condition is exact.
    pub residual: Option<Rule>,
    /// What is true of a row that passed only because its zone was not given with
    /// [`When::with_zones`], so that nobody knew its today; of it the whole rule must be asked.
    pub unlisted: Option<String>,
}

/// Makes a condition of a rule: true for every row for which the rule is true.
///
/// ```
/// use pregon_adapters_store::{Bind, Dialect, Storage, TableMapping, When, where_clause};
/// use pregon_core::Zone;
/// use pregon_core::rule::Rule;
///
/// let clients = TableMapping::new(Dialect::Postgres, "clients", "id")?
///     .attribute("visits", "visits", Storage::Integer)?
///     .attribute("city", "city", Storage::Text)?;
/// let rule = Rule::parse(r#"visits >= 6 and city =~ "bogota""#)?;
/// let when = When::at("2026-11-20T06:00:00Z".parse()?, Zone::UTC);
/// let pushed = where_clause(&rule, &clients, &when, None);
/// assert!(pushed.text.contains(r#"c."visits" >= $1"#));
/// assert_eq!(pushed.binds[0], Bind::Int(6));
/// // PostgreSQL does not fold texts as rules do: the rest is asked in memory.
/// assert_eq!(pushed.residual, Some(Rule::parse(r#"city =~ "bogota""#)?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Segments that the rule names are put in its place; without them they are unknown, as they are
/// for [`Rule::eval`].
#[must_use]
pub fn where_clause(
    rule: &Rule,
    mapping: &TableMapping,
    when: &When,
    segments: Option<&Segments>,
) -> Pushed {
    let mut translator = Translator::new(mapping, when, segments);
    let parts = match rule.expr() {
        Expr::All(parts) => parts.as_slice(),
        other => std::slice::from_ref(other),
    };
    let (mut nodes, mut left) = (Vec::new(), Vec::new());
    for part in parts {
        nodes.push(translator.truth(part, true, Side::Over));
        if !std::mem::replace(&mut translator.exact, true) {
            left.push(part.clone());
        }
    }
    let mut node = Node::all(nodes);
    let unlisted = translator.unlisted();
    if let Some(unlisted) = &unlisted {
        node = Node::any([node, unlisted.clone()]);
    }
    let fits = translator.binds.len() <= mapping.dialect.most_binds();
    match node.text().filter(|_| fits) {
        Some(text) => Pushed {
            text,
            binds: translator.binds.into_values(),
            // Parts of a rule are within its bounds.
            residual: Rule::new(Expr::All(left)).ok(),
            unlisted: unlisted.and_then(|node| node.text()),
        },
        None => Pushed {
            text: "TRUE".to_owned(),
            binds: Vec::new(),
            residual: Some(rule.clone()),
            unlisted: None,
        },
    }
}

impl Translator<'_> {
    /// What holds of rows of a zone that nobody gave, where that matters.
    fn unlisted(&mut self) -> Option<Node> {
        let ZoneFrom::Column(column) = &self.mapping.zone else {
            return None;
        };
        if !self.zoned {
            return None;
        }
        let listed: Vec<String> = self.when.listed().map(str::to_owned).collect();
        let field = self.zone_field(column);
        let (known, _) = field.known(&mut self.binds);
        let texts: Vec<&str> = listed.iter().map(String::as_str).collect();
        let is_listed = field.is_one_of(&texts, &mut self.binds);
        Some(Node::all([known, is_listed.negate()]))
    }
}

#[cfg(test)]
mod tests;
