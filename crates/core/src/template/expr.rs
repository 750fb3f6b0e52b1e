//! Expressions: paths, literals and helper calls. Built with a stack, so depth costs no recursion.

use super::error::{Found, Mistake};
use super::words::{Is, Word};

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Expr<'a> {
    pub(super) at: usize,
    pub(super) is: Form<'a>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Form<'a> {
    Path(PathRef<'a>),
    Text(String),
    Number(&'a str),
    Bool(bool),
    Call { name: &'a str, args: Vec<Expr<'a>> },
}

/// A path as written: `../pin.status`, `this`, `@index`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PathRef<'a> {
    pub(super) raw: &'a str,
    /// How many `../` it begins with.
    pub(super) ups: usize,
    pub(super) head: Head,
    pub(super) names: Vec<&'a str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Head {
    /// A name looked up among block names first, then in the scope.
    Name,
    /// `this`, `./` or `../`: the scope itself.
    Scope,
    /// `@index` and its like.
    Local,
    /// `@root.`
    Root,
}

/// One expression from all words of a tag: a value, or a helper with its arguments.
pub(super) fn whole<'a>(words: &[Word<'a>], at: usize) -> Result<Expr<'a>, Found> {
    let mut frames = vec![Frame {
        at,
        items: Vec::new(),
        paren: false,
    }];
    for word in words {
        let item = match &word.is {
            Is::Open => {
                frames.push(Frame {
                    at: word.at,
                    items: Vec::new(),
                    paren: true,
                });
                continue;
            }
            Is::Close => match frames.pop() {
                Some(frame) if frame.paren => frame.close()?,
                _ => return Err(Found::new(word.at, Mistake::Unopened(")".to_owned()))),
            },
            Is::Pipe => return Err(Found::new(word.at, Mistake::Syntax("unexpected |"))),
            Is::Quoted(value) => Expr {
                at: word.at,
                is: Form::Text(value.clone()),
            },
            Is::Plain(raw) => Expr {
                at: word.at,
                is: atom(raw, word.at)?,
            },
        };
        match frames.last_mut() {
            Some(frame) => frame.items.push(item),
            None => {
                return Err(Found::new(
                    word.at,
                    Mistake::Syntax("unexpected parenthesis"),
                ));
            }
        }
    }
    match (frames.pop(), frames.is_empty()) {
        (Some(frame), true) => frame.close(),
        _ => Err(Found::new(at, Mistake::Unclosed("(".to_owned()))),
    }
}

struct Frame<'a> {
    at: usize,
    items: Vec<Expr<'a>>,
    paren: bool,
}

impl<'a> Frame<'a> {
    fn close(mut self) -> Result<Expr<'a>, Found> {
        if self.items.is_empty() {
            return Err(Found::new(
                self.at,
                Mistake::Syntax("a name or a value is missing here"),
            ));
        }
        let head = self.items.remove(0);
        if self.items.is_empty() {
            return Ok(head);
        }
        match head.is {
            Form::Path(path)
                if path.head == Head::Name && path.ups == 0 && path.names.len() == 1 =>
            {
                Ok(Expr {
                    at: head.at,
                    is: Form::Call {
                        name: path.names[0],
                        args: self.items,
                    },
                })
            }
            _ => Err(Found::new(
                head.at,
                Mistake::Syntax("only a helper takes arguments"),
            )),
        }
    }
}

fn atom(raw: &str, at: usize) -> Result<Form<'_>, Found> {
    match raw {
        "true" => return Ok(Form::Bool(true)),
        "false" => return Ok(Form::Bool(false)),
        "null" | "undefined" => {
            return Err(Found::new(at, Mistake::Syntax("null is not a value here")));
        }
        "else" | "as" => return Err(Found::new(at, Mistake::Syntax("unexpected keyword"))),
        _ => {}
    }
    let digits = raw.strip_prefix('-').unwrap_or(raw);
    if digits.starts_with(|c: char| c.is_ascii_digit()) {
        let dots = digits.matches('.').count();
        let fits = digits.len() <= 28 && dots <= 1 && !digits.ends_with('.');
        let clean = digits.chars().all(|c| c.is_ascii_digit() || c == '.');
        return match fits && clean {
            true => Ok(Form::Number(raw)),
            false => Err(Found::new(
                at,
                Mistake::Syntax("a number is digits with at most one dot"),
            )),
        };
    }
    path(raw, at).map(Form::Path)
}

fn path(raw: &str, at: usize) -> Result<PathRef<'_>, Found> {
    let wrong = |why| Err(Found::new(at, Mistake::Syntax(why)));
    let (local, mut rest) = match raw.strip_prefix('@') {
        Some(rest) => (true, rest),
        None => (false, raw),
    };
    let mut ups = 0;
    let mut head = if local { Head::Local } else { Head::Name };
    while let Some(tail) = rest.strip_prefix("../") {
        (ups, rest) = (ups + 1, tail);
    }
    if !local && rest == ".." {
        (ups, rest) = (ups + 1, "this");
    }
    if !local {
        if ups > 0 {
            head = Head::Scope;
        }
        if let Some(tail) = rest.strip_prefix("./") {
            (head, rest) = (Head::Scope, tail);
        }
        if rest == "this" || rest == "." {
            return Ok(PathRef {
                raw,
                ups,
                head: Head::Scope,
                names: Vec::new(),
            });
        }
        if let Some(tail) = rest.strip_prefix("this.") {
            (head, rest) = (Head::Scope, tail);
        }
    } else if let Some(tail) = rest.strip_prefix("root.") {
        if ups > 0 {
            return wrong("@root takes no ../");
        }
        (head, rest) = (Head::Root, tail);
    }
    if rest.contains('/') {
        return wrong("write paths with dots");
    }
    let names: Vec<&str> = rest.split('.').collect();
    let good = |name: &&str| {
        name.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && !name.contains('@')
            && *name != "this"
    };
    if !names.iter().all(good) {
        return wrong("a name begins with a letter and holds letters, digits, _ and -");
    }
    if head == Head::Local && names.len() != 1 {
        return wrong("an @ name takes no dots");
    }
    Ok(PathRef {
        raw,
        ups,
        head,
        names,
    })
}
