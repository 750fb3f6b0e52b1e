//! A column of the statement.

use super::key::{Limit, Limits};
use super::known::{fraction_sqlite, known, timestamp_type};
use super::node::Node;
use super::ranges::Edge;
use crate::table::bind::Binds;
use crate::table::{Bind, Dialect, Storage};

/// How many ranges a statement asks for one by one; of more it asks for what surrounds all.
const MOST_RANGES: usize = 48;

/// A column of the statement, and how it keeps its values.
#[derive(Debug, Clone)]
pub(super) struct Field<'a> {
    pub(super) storage: &'a Storage,
    /// The column as the statement names it.
    pub(super) column: String,
    pub(super) dialect: Dialect,
}

impl Field<'_> {
    /// What holds when there is a value, and whether that is exact.
    pub(super) fn known(&self, binds: &mut Binds) -> (Node, bool) {
        let (text, exact) = known(self.storage, &self.column, self.dialect, binds);
        (Node::Leaf(text), exact)
    }

    /// The expression that has the order of the values, and the cast that its limits need.
    pub(super) fn key(&self, binds: &mut Binds) -> (String, &'static str) {
        let c = &self.column;
        match (self.dialect, self.storage) {
            (Dialect::Sqlite, Storage::DecimalText) => (format!("CAST({c} AS REAL)"), ""),
            (Dialect::Sqlite, Storage::InstantText) => {
                let f = fraction_sqlite(c);
                (
                    format!(
                        "(substr({c}, 1, 10) || 'T' || substr({c}, 12, 8) || '.' || \
                         substr(substr({f}, 2) || '000000000', 1, 9))"
                    ),
                    "",
                )
            }
            (Dialect::Sqlite, _) => (c.clone(), ""),
            (Dialect::Postgres, Storage::Numeric) => (c.clone(), "::numeric"),
            (Dialect::Postgres, Storage::DecimalText) => {
                let (known, _) = known(self.storage, c, self.dialect, binds);
                // Other parts of the condition may be looked at first.
                (
                    format!("CASE WHEN {known} THEN {c}::numeric END"),
                    "::numeric",
                )
            }
            (Dialect::Postgres, Storage::Real) => (format!("{c}::float8"), ""),
            (Dialect::Postgres, Storage::Date) => (c.clone(), "::date"),
            (Dialect::Postgres, Storage::TimestampTz | Storage::TimestampUtc) => {
                match timestamp_type(self.storage) {
                    "timestamptz" => (c.clone(), "::timestamptz"),
                    _ => (c.clone(), "::timestamp"),
                }
            }
            (Dialect::Postgres, Storage::DateText) => (format!("{c} COLLATE \"C\""), ""),
            (Dialect::Postgres, Storage::InstantText) => (
                format!(
                    "(substr({c}, 1, 10) || 'T' || substr({c}, 12, 8) || '.' || rpad(substr(\
                     rtrim(replace(substr({c}, 20), '+00:00', ''), 'Z'), 2), 9, '0')) \
                     COLLATE \"C\""
                ),
                "",
            ),
            (Dialect::Postgres, _) => (c.clone(), ""),
        }
    }

    /// What holds when the value, which is there, lies in one of these ranges; and whether that is
    /// exact.
    pub(super) fn within(&self, limits: &Limits, binds: &mut Binds) -> (Node, bool) {
        let (key, cast) = self.key(binds);
        within(
            &Key {
                key,
                cast,
                dialect: self.dialect,
            },
            limits,
            binds,
        )
    }

    /// What holds when the text, which is there, is one of these.
    pub(super) fn is_one_of(&self, texts: &[&str], binds: &mut Binds) -> Node {
        let c = &self.column;
        // What PostgreSQL can neither keep nor be asked for is equal to nothing that it keeps.
        let keeps = |text: &&&str| self.dialect == Dialect::Sqlite || !text.contains('\0');
        let texts: Vec<String> = texts
            .iter()
            .filter(keeps)
            .map(ToString::to_string)
            .collect();
        let plain = *self.storage == Storage::Text;
        let node = |loose: Option<String>, exact: String| {
            // Under a collation that takes more for the same, its index still finds all of them.
            Node::all(loose.map(Node::Leaf).into_iter().chain([Node::Leaf(exact)]))
        };
        match (self.dialect, texts.as_slice()) {
            (_, []) => Node::False,
            (Dialect::Sqlite, [one]) => {
                let place = binds.add(Bind::Text(one.clone()));
                Node::Leaf(format!("{c} COLLATE BINARY = {place}"))
            }
            // A list in JSON cannot have a text with a zero in it.
            (Dialect::Sqlite, many) if many.iter().any(|text| text.contains('\0')) => {
                let each = many.iter().map(|one| {
                    let place = binds.add(Bind::Text(one.clone()));
                    Node::Leaf(format!("{c} COLLATE BINARY = {place}"))
                });
                Node::any(each.collect::<Vec<_>>())
            }
            (Dialect::Sqlite, many) => {
                let list = binds.add(Bind::Texts(many.to_vec()));
                Node::Leaf(format!(
                    "{c} COLLATE BINARY IN (SELECT value FROM json_each({list}))"
                ))
            }
            (Dialect::Postgres, [one]) => {
                let place = binds.add(Bind::Text(one.clone()));
                node(
                    plain.then(|| format!("{c} = {place}")),
                    format!("{c}::text COLLATE \"C\" = {place}"),
                )
            }
            (Dialect::Postgres, many) => {
                let list = binds.add(Bind::Texts(many.to_vec()));
                node(
                    plain.then(|| format!("{c} = ANY({list})")),
                    format!("{c}::text COLLATE \"C\" = ANY({list})"),
                )
            }
        }
    }
}

/// An expression that limits are compared with.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) key: String,
    pub(super) cast: &'static str,
    pub(super) dialect: Dialect,
}

/// What holds when the key, which is not null, lies in one of these ranges; and whether that is
/// exact.
pub(super) fn within(key: &Key, limits: &Limits, binds: &mut Binds) -> (Node, bool) {
    if let Some(points) = points(limits) {
        return (key.is_one_of(&points, binds), true);
    }
    if let Some(points) = points(&gaps(limits)) {
        return (key.is_one_of(&points, binds).negate(), true);
    }
    if limits.len() > MOST_RANGES {
        let ends = limits.first().zip(limits.last());
        let around = ends.map(|(first, last)| vec![(first.0.clone(), last.1.clone())]);
        return (key.in_each(&around.unwrap_or_default(), binds), false);
    }
    (key.in_each(limits, binds), true)
}

impl Key {
    fn in_each(&self, limits: &Limits, binds: &mut Binds) -> Node {
        let (key, cast) = (&self.key, self.cast);
        let mut side = |edge: &Edge<Limit>, [before, after]: [&str; 2]| match edge {
            Edge::At(limit, is_after) => {
                let place = binds.add(limit.bind());
                let how = if *is_after { after } else { before };
                Node::Leaf(format!("{key} {how} {place}{cast}"))
            }
            Edge::Min | Edge::Max => Node::True,
        };
        let mut each = Vec::with_capacity(limits.len());
        for (low, high) in limits {
            each.push(match (low, high) {
                (Edge::Max, _) | (_, Edge::Min) => Node::False,
                _ => Node::all([side(low, [">=", ">"]), side(high, ["<", "<="])]),
            });
        }
        Node::any(each)
    }

    fn is_one_of(&self, points: &[&Limit], binds: &mut Binds) -> Node {
        let (key, cast) = (&self.key, self.cast);
        if let [one] = points {
            let place = binds.add(one.bind());
            return Node::Leaf(format!("{key} = {place}{cast}"));
        }
        let (mut ints, mut texts) = (Vec::new(), Vec::new());
        for point in points {
            match point {
                Limit::Int(n) => ints.push(*n),
                Limit::Text(text) => texts.push(text.clone()),
                // Floats come as ranges.
                Limit::Float(_) => {}
            }
        }
        let (list, array) = if texts.is_empty() {
            (Bind::Ints(ints), "bigint[]")
        } else {
            (Bind::Texts(texts), "text[]")
        };
        let list = binds.add(list);
        Node::Leaf(match self.dialect {
            Dialect::Sqlite => format!("{key} IN (SELECT value FROM json_each({list}))"),
            Dialect::Postgres if cast.is_empty() => format!("{key} = ANY({list}::{array})"),
            Dialect::Postgres => format!("{key} = ANY({list}::{array}{cast}[])"),
        })
    }
}

/// The values when all ranges are of one value each, and there is one at least.
fn points(limits: &Limits) -> Option<Vec<&Limit>> {
    let each = limits.iter().map(|range| match range {
        (Edge::At(low, false), Edge::At(high, true)) => {
            (low == high && !matches!(low, Limit::Float(_))).then_some(low)
        }
        _ => None,
    });
    let all: Option<Vec<&Limit>> = each.collect();
    all.filter(|all| !all.is_empty())
}

/// What lies between ranges.
fn gaps(limits: &Limits) -> Limits {
    let mut gaps = Vec::with_capacity(limits.len() + 1);
    let mut from = Edge::Min;
    for (low, high) in limits {
        if from != *low {
            gaps.push((from, low.clone()));
        }
        from = high.clone();
    }
    if from != Edge::Max {
        gaps.push((from, Edge::Max));
    }
    gaps
}
