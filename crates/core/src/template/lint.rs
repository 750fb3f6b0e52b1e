//! Checks every variable and call against the schema, and writes them in canonical form.
//!
//! Strict mode finds a misspelt `{{x}}` when a message is sent, one in `{{#if x}}` never. So names
//! are resolved here, at publish, with the scopes of the blocks around them. The engine gets data
//! paths from `@root`, loop values by a number of ours (`e0`, `i0`), and literals in JSON.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::blocks::Block;
use super::error::{Found, Mistake};
use super::expr::{Expr, Form, Head, PathRef};
use super::helpers::table::{self, HELPERS, Want};
use super::kinds::{Answer, gives, is_pair, json, mismatch, written, wrong};
use super::vars::{VarKind, Vars, nearest};

/// The scopes around the item at hand. Only `each` and `with` make one.
#[derive(Debug)]
pub(super) struct Scopes<'v> {
    vars: &'v Vars,
    /// One entry an open block; `None` for those without a scope of their own.
    blocks: Vec<Option<Scope<'v>>>,
    loops: usize,
    /// Dotted paths of everything read.
    pub(super) reads: BTreeSet<String>,
}

#[derive(Debug)]
struct Scope<'v> {
    here: Here<'v>,
    names: Vec<(String, Here<'v>)>,
}

/// What a path can stand on.
#[derive(Debug, Clone)]
enum Here<'v> {
    Group {
        path: String,
        vars: &'v Vars,
    },
    Item {
        number: usize,
    },
    Index {
        number: usize,
    },
    /// Names of a block that has a mistake: nothing inside is reported.
    Unknown,
}

/// A resolved expression: what to write, and its kind.
#[derive(Debug, Clone)]
pub(super) struct Resolved {
    pub(super) code: String,
    pub(super) kind: VarKind,
}

/// What the writer emits for a block.
#[derive(Debug)]
pub(super) struct Opening {
    pub(super) code: String,
    /// The number of the loop, for `each`.
    pub(super) number: Option<usize>,
}

impl<'v> Scopes<'v> {
    pub(super) fn new(vars: &'v Vars) -> Scopes<'v> {
        Scopes {
            vars,
            blocks: Vec::new(),
            loops: 0,
            reads: BTreeSet::new(),
        }
    }

    /// Enters a block. It is entered also when its argument is wrong, so that ends still match.
    pub(super) fn open(&mut self, block: Block, arg: &Expr<'_>, names: &[&str]) -> Answer<Opening> {
        let resolved = self.resolve(arg);
        let number = self.loops;
        let (scope, answer) = match block {
            Block::If | Block::Unless => (None, resolved.map(|value| value.code)),
            Block::Each => {
                self.loops += 1;
                let here = Here::Item { number };
                let values = [here.clone(), Here::Index { number }];
                let names = names
                    .iter()
                    .map(|name| (*name).to_owned())
                    .zip(values)
                    .collect();
                let answer = resolved.and_then(|value| match value.kind {
                    VarKind::List => Ok(value.code),
                    kind => mismatch(arg, &kind, "a list"),
                });
                (Some(Scope { here, names }), answer)
            }
            Block::With => {
                let (here, answer) = match self.group(arg, resolved) {
                    Ok((here, code)) => (here, Ok(code)),
                    Err(found) => (Here::Unknown, Err(found)),
                };
                let names = names
                    .iter()
                    .map(|name| ((*name).to_owned(), here.clone()))
                    .collect();
                (Some(Scope { here, names }), answer)
            }
        };
        self.blocks.push(scope);
        let number = (block == Block::Each).then_some(number);
        answer.map(|code| Opening { code, number })
    }

    fn group(&self, arg: &Expr<'_>, value: Answer<Resolved>) -> Answer<(Here<'v>, String)> {
        let value = value?;
        if let Form::Path(path) = &arg.is {
            match (self.stand(path), self.data(path)) {
                (Ok((here @ Here::Group { .. }, names)), _) if names.is_empty() => {
                    return Ok((here, value.code));
                }
                (_, Ok(Some((path, VarKind::Group(vars))))) => {
                    return Ok((Here::Group { path, vars }, value.code));
                }
                _ => {}
            }
        }
        mismatch(arg, &value.kind, "a group")
    }

    /// In the `else` of a loop or a `with` its names and its scope are gone, but `../` counts on.
    pub(super) fn or_else(&mut self) {
        if let Some(Some(scope)) = self.blocks.pop() {
            // The engine-side scope does not exist here either; the outer one is what `this` means.
            self.loops -= usize::from(matches!(scope.here, Here::Item { .. }));
        }
        self.blocks.push(None);
    }

    pub(super) fn close(&mut self) {
        if let Some(Some(Scope {
            here: Here::Item { .. },
            ..
        })) = self.blocks.pop()
        {
            self.loops -= 1;
        }
    }

    /// A value that is written: everything but groups and lists, by way of `show` or `link`.
    pub(super) fn show(&mut self, expr: &Expr<'_>) -> Answer<Resolved> {
        if let Form::Text(_) | Form::Number(_) | Form::Bool(_) = expr.is {
            return wrong(
                expr.at,
                Mistake::Syntax("write the text itself, not in braces"),
            );
        }
        let value = self.resolve(expr)?;
        match value.kind {
            VarKind::Group(_) => mismatch(expr, &value.kind, "one of its variables"),
            VarKind::List => mismatch(expr, &value.kind, "join or each"),
            _ => Ok(value),
        }
    }

    pub(super) fn resolve(&mut self, expr: &Expr<'_>) -> Answer<Resolved> {
        match &expr.is {
            Form::Path(path) => self.path(path, expr.at),
            Form::Text(text) => Ok(Resolved {
                code: json(text),
                kind: VarKind::Text,
            }),
            Form::Number(raw) => Ok(Resolved {
                code: json(raw),
                kind: VarKind::Number,
            }),
            Form::Bool(is) => Ok(Resolved {
                code: is.to_string(),
                kind: VarKind::Bool,
            }),
            Form::Call { name, args } => self.call(name, args, expr.at),
        }
    }

    fn path(&mut self, path: &PathRef<'_>, at: usize) -> Answer<Resolved> {
        if path.head == Head::Local {
            return self.local(path, at);
        }
        match self.data(path) {
            Ok(Some((full, kind))) => {
                let code = format!("@root.{full}");
                self.reads.insert(full);
                return Ok(Resolved {
                    code,
                    kind: kind.clone(),
                });
            }
            Ok(None) => {}
            Err(Unresolved::Silent) => return Err(None),
            Err(Unresolved::TooHigh) => {
                return wrong(at, Mistake::UnknownVariable(path.raw.to_owned()));
            }
        }
        match self.stand(path) {
            Ok((Here::Item { number }, names)) if names.is_empty() => Ok(Resolved {
                code: format!("e{number}"),
                kind: VarKind::Text,
            }),
            Ok((Here::Index { number }, names)) if names.is_empty() => Ok(Resolved {
                code: format!("i{number}"),
                kind: VarKind::Number,
            }),
            Ok((Here::Group { path: full, vars }, names))
                if names.is_empty() && !full.is_empty() =>
            {
                self.reads.insert(full.clone());
                Ok(Resolved {
                    code: format!("@root.{full}"),
                    kind: VarKind::Group(vars.clone()),
                })
            }
            _ => Err(Some(
                Found::new(at, Mistake::UnknownVariable(path.raw.to_owned()))
                    .with_hint(self.hint(path)),
            )),
        }
    }

    /// `@index`, `@key` (the same in a list), `@first`, `@last`, each `../` one loop further out.
    fn local(&self, path: &PathRef<'_>, at: usize) -> Answer<Resolved> {
        let unknown = || Found::new(at, Mistake::UnknownVariable(path.raw.to_owned()));
        let mut loops = self
            .blocks
            .iter()
            .rev()
            .flatten()
            .filter_map(|scope| match scope.here {
                Here::Item { number } => Some(number),
                _ => None,
            });
        let Some(number) = loops.nth(path.ups) else {
            let hint = Some("@ names exist inside {{#each}} only".to_owned());
            return Err(Some(unknown().with_hint(hint)));
        };
        match path.names[0] {
            "index" | "key" => Ok(Resolved {
                code: format!("i{number}"),
                kind: VarKind::Number,
            }),
            name @ ("first" | "last") => {
                let code = format!("@{}{name}", "../".repeat(path.ups));
                Ok(Resolved {
                    code,
                    kind: VarKind::Bool,
                })
            }
            name => {
                let all = ["index", "key", "first", "last"].into_iter();
                let hint = nearest(name, all).map(|name| format!("@{name}"));
                Err(Some(unknown().with_hint(hint)))
            }
        }
    }

    /// The dotted path and kind of a path that ends in declared data.
    fn data(&self, path: &PathRef<'_>) -> Result<Option<(String, &'v VarKind)>, Unresolved> {
        let (here, names) = self.stand(path)?;
        let Here::Group { path: prefix, vars } = here else {
            return Ok(None);
        };
        if names.is_empty() {
            return Ok(None);
        }
        let tail = names.join(".");
        let full = if prefix.is_empty() {
            tail.clone()
        } else {
            format!("{prefix}.{tail}")
        };
        Ok(vars.get(&tail).map(|kind| (full, kind)))
    }

    /// What the path stands on, and its names from there.
    fn stand<'p>(&self, path: &'p PathRef<'_>) -> Result<(Here<'v>, Vec<&'p str>), Unresolved> {
        let root = Here::Group {
            path: String::new(),
            vars: self.vars,
        };
        if path.head == Head::Root {
            return Ok((root, path.names.clone()));
        }
        if path.head == Head::Name {
            let named = self
                .blocks
                .iter()
                .rev()
                .flatten()
                .flat_map(|scope| &scope.names);
            if let Some((_, here)) = named.into_iter().find(|(name, _)| name == path.names[0]) {
                return match here {
                    Here::Unknown => Err(Unresolved::Silent),
                    here => Ok((here.clone(), path.names[1..].to_vec())),
                };
            }
        }
        let scopes: Vec<&Scope<'v>> = self.blocks.iter().rev().flatten().collect();
        match scopes.get(path.ups) {
            Some(Scope {
                here: Here::Unknown,
                ..
            }) => Err(Unresolved::Silent),
            Some(scope) => Ok((scope.here.clone(), path.names.clone())),
            None if path.ups == scopes.len() => Ok((root, path.names.clone())),
            None => Err(Unresolved::TooHigh),
        }
    }

    fn hint(&self, path: &PathRef<'_>) -> Option<String> {
        let tail = path.names.join(".");
        if self.vars.get(&tail).is_some() {
            let scopes = self.blocks.iter().flatten().count();
            return Some(format!("write {}{tail}", "../".repeat(scopes)));
        }
        if path.names.len() == 1 && table::find(path.names[0]).is_some() {
            return Some("a helper needs arguments".to_owned());
        }
        self.vars
            .nearest(&tail)
            .map(|name| format!("did you mean {name}?"))
    }

    fn call(&mut self, name: &str, args: &[Expr<'_>], at: usize) -> Answer<Resolved> {
        let Some(helper) = table::find(name) else {
            let all = HELPERS.iter().map(|helper| helper.name);
            let hint = nearest(name, all).map(|name| format!("did you mean {name}?"));
            let mistake = Mistake::UnknownHelper(name.to_owned());
            return Err(Some(Found::new(at, mistake).with_hint(hint)));
        };
        let n = helper.wants.len();
        if args.len() < n - helper.optional || args.len() > n + helper.more {
            let (helper, takes) = (helper.name, helper.takes);
            return wrong(at, Mistake::Arguments { helper, takes });
        }
        let mut code = format!("({name}");
        let mut kinds = Vec::with_capacity(args.len());
        for (i, arg) in args.iter().enumerate() {
            let value = self.argument(helper.wants[i.min(n - 1)], arg)?;
            // Writing to a String does not fail.
            let _ = write!(code, " {}", value.code);
            kinds.push(value.kind);
        }
        // Comparisons are told whether to compare as numbers: values alone do not say it.
        if is_pair(helper) {
            code.push_str(if kinds[0] == VarKind::Number {
                " true"
            } else {
                " false"
            });
        }
        code.push(')');
        let kind = gives(helper, args, &kinds)?;
        Ok(Resolved { code, kind })
    }

    fn argument(&mut self, want: Want, arg: &Expr<'_>) -> Answer<Resolved> {
        let needs = |given: String, is| {
            let wanted = want.words();
            Found::new(arg.at, Mistake::Kind { given, is, wanted })
        };
        match (&arg.is, want) {
            (Form::Text(text), Want::Format(all)) if !all.contains(&text.as_str()) => {
                let hint = format!("one of: {}", all.join(", "));
                Err(Some(
                    needs(text.clone(), "no such format").with_hint(Some(hint)),
                ))
            }
            (Form::Text(text), Want::Currency)
                if text.len() != 3 || !text.bytes().all(|b| b.is_ascii_uppercase()) =>
            {
                Err(Some(needs(text.clone(), "none")))
            }
            (Form::Text(_), Want::Format(_)) => self.resolve(arg),
            (Form::Number(raw), Want::Decimals) if raw.parse::<u32>().is_ok_and(|n| n <= 8) => {
                self.resolve(arg)
            }
            _ => {
                let value = self.resolve(arg)?;
                match want.fits(&value.kind) {
                    true => Ok(value),
                    false => Err(Some(needs(written(arg), value.kind.words()))),
                }
            }
        }
    }
}

enum Unresolved {
    /// Stands on a block whose own mistake is reported already.
    Silent,
    TooHigh,
}
