//! A condition in SQL, while it is being put together.

/// How deep the text may nest: SQLite refuses expressions of a thousand levels.
const MOST_LEVELS: usize = 500;

/// How long the text may be.
const MOST_BYTES: usize = 900_000;

/// A condition that is true or false for each row, never null.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    True,
    False,
    /// An expression as it stands.
    Leaf(String),
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    /// At least so many, bound under this place holder, are true.
    AtLeast(String, Vec<Node>),
}

impl Node {
    pub(super) fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut left = Vec::new();
        for part in parts {
            match part {
                Self::True => {}
                Self::False => return Self::False,
                Self::All(inner) => left.extend(inner),
                part => left.push(part),
            }
        }
        match left.len() {
            0 => Self::True,
            1 => left.remove(0),
            _ => Self::All(left),
        }
    }

    pub(super) fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut left = Vec::new();
        for part in parts {
            match part {
                Self::False => {}
                Self::True => return Self::True,
                Self::Any(inner) => left.extend(inner),
                part => left.push(part),
            }
        }
        match left.len() {
            0 => Self::False,
            1 => left.remove(0),
            _ => Self::Any(left),
        }
    }

    pub(super) fn negate(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    pub(super) fn of(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }

    /// The text; nothing when a database could refuse it for its size.
    pub(super) fn text(&self) -> Option<String> {
        let mut text = String::new();
        self.write(&mut text, 0)?;
        Some(text)
    }

    fn write(&self, to: &mut String, level: usize) -> Option<()> {
        if level > MOST_LEVELS || to.len() > MOST_BYTES {
            return None;
        }
        match self {
            Self::True => to.push_str("TRUE"),
            Self::False => to.push_str("FALSE"),
            Self::Leaf(text) => to.push_str(text),
            Self::All(parts) => join(parts, " AND ", to, level, &write_part)?,
            Self::Any(parts) => join(parts, " OR ", to, level, &write_part)?,
            Self::Not(inner) => {
                to.push_str("NOT ");
                inner.write_in_parentheses(to, level + 1)?;
            }
            Self::AtLeast(least, parts) => {
                to.push('(');
                join(parts, " + ", to, level, &write_counted)?;
                to.push_str(") >= ");
                to.push_str(least);
            }
        }
        Some(())
    }

    fn write_in_parentheses(&self, to: &mut String, level: usize) -> Option<()> {
        to.push('(');
        self.write(to, level)?;
        to.push(')');
        Some(())
    }
}

type WritePart = dyn Fn(&Node, &mut String, usize) -> Option<()>;

fn write_part(part: &Node, to: &mut String, level: usize) -> Option<()> {
    part.write_in_parentheses(to, level)
}

fn write_counted(part: &Node, to: &mut String, level: usize) -> Option<()> {
    to.push_str("CASE WHEN ");
    part.write(to, level)?;
    to.push_str(" THEN 1 ELSE 0 END");
    Some(())
}

/// Joins as a balanced tree: a chain of ten thousand would be as many levels deep.
fn join(parts: &[Node], by: &str, to: &mut String, level: usize, write: &WritePart) -> Option<()> {
    if parts.len() <= 3 {
        for (n, part) in parts.iter().enumerate() {
            if n > 0 {
                to.push_str(by);
            }
            write(part, to, level + parts.len() - 1)?;
        }
        return Some(());
    }
    let (left, right) = parts.split_at(parts.len() / 2);
    to.push('(');
    join(left, by, to, level + 1, write)?;
    to.push(')');
    to.push_str(by);
    to.push('(');
    join(right, by, to, level + 1, write)?;
    to.push(')');
    Some(())
}
