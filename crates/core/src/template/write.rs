//! One part checked, and cut into the canonical pieces that the engine gets.

use std::collections::BTreeSet;

use super::Escape;
use super::assemble::Bit;
use super::blocks::{Block, Kind, first_path};
use super::error::{Found, Mistake};
use super::expr::Expr;
use super::html::{Html, Write};
use super::kinds::json;
use super::library::{Expanded, Placed};
use super::lint::Scopes;
use super::vars::Vars;

/// What the passes over one part gave.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) bits: Vec<Bit>,
    pub(super) reads: BTreeSet<String>,
}

struct Writer<'v> {
    bits: Vec<Bit>,
    scopes: Scopes<'v>,
    html: Option<Html>,
    /// Where in the HTML each open block began.
    began: Vec<Option<Html>>,
}

/// Checks variables and places, and writes the part. Mistakes go to `part.found`.
pub(super) fn write(part: &mut Expanded<'_>, escape: Escape, vars: &Vars) -> Written {
    // Places in the HTML mean nothing where tags are missing from the list.
    let html = (escape == Escape::Html && part.found.is_empty()).then(Html::new);
    let weights = weights(&part.items);
    let mut writer = Writer {
        bits: Vec::new(),
        scopes: Scopes::new(vars),
        html,
        began: Vec::new(),
    };
    for (placed, weight) in part.items.iter().zip(weights) {
        if let Err(found) = writer.item(placed, weight) {
            part.found
                .extend(found.into_iter().map(|mistake| (placed.origin, mistake)));
        }
    }
    if let (Some(html), Some(last)) = (&writer.html, part.items.last())
        && let Err(mistake) = html.end()
    {
        part.found
            .push((last.origin, Found::new(last.item.at, mistake)));
    }
    Written {
        bits: writer.bits,
        reads: writer.scopes.reads,
    }
}

/// For each loop, the tags of its body without those of loops inside: what one turn costs.
fn weights(items: &[Placed<'_>]) -> Vec<usize> {
    let mut weights = vec![1; items.len()];
    let mut open: Vec<(usize, bool)> = Vec::new();
    for (i, placed) in items.iter().enumerate() {
        if !matches!(placed.item.is, Kind::Text(_))
            && let Some((each, _)) = open.iter().rev().find(|(_, each)| *each)
        {
            weights[*each] += 1;
        }
        match placed.item.is {
            Kind::Open { block, .. } => open.push((i, block == Block::Each)),
            Kind::Close => {
                open.pop();
            }
            _ => {}
        }
    }
    weights
}

type Done = Result<(), Option<Found>>;

impl Writer<'_> {
    fn item(&mut self, placed: &Placed<'_>, weight: usize) -> Done {
        let at = placed.item.at;
        let bit = match &placed.item.is {
            Kind::Partial(_) | Kind::Comment => return Ok(()),
            Kind::Text(text) => {
                if let Some(Err(mistake)) = self.html.as_mut().map(|html| html.text(text, at)) {
                    // One mistake of HTML makes the places after it meaningless.
                    self.html = None;
                    return Err(Some(mistake));
                }
                Bit::Text((*text).to_owned())
            }
            Kind::Show(expr) => Bit::Show(self.show(expr, at)?),
            Kind::Open { block, arg, names } => self.opening(*block, arg, names, weight)?,
            Kind::Else => {
                self.scopes.or_else();
                self.branch_ends(at, false)?;
                Bit::Else
            }
            Kind::ElseIf { chain, arg } => {
                self.scopes.or_else();
                self.branch_ends(at, false)?;
                Bit::ElseIf(chain.name(), self.scopes.resolve(arg)?.code)
            }
            Kind::Close => {
                self.scopes.close();
                self.branch_ends(at, true)?;
                Bit::Close
            }
        };
        self.bits.push(bit);
        Ok(())
    }

    fn show(&mut self, expr: &Expr<'_>, at: usize) -> Result<String, Option<Found>> {
        let how = match self.html.as_mut().map(Html::value) {
            Some(Ok(how)) => how,
            None => Write::Plain,
            Some(Err(mistake)) => {
                let unknown = self.scopes.show(expr).err().flatten();
                return Err(Some(unknown.unwrap_or_else(|| Found::new(at, mistake))));
            }
        };
        let value = self.scopes.show(expr)?;
        let helper = match how {
            Write::Plain => "show",
            Write::Link => "link",
        };
        let name = json(first_path(expr).unwrap_or_default());
        Ok(format!("{helper} {} {name}", value.code))
    }

    fn opening(
        &mut self,
        block: Block,
        arg: &Expr<'_>,
        names: &[&str],
        weight: usize,
    ) -> Result<Bit, Option<Found>> {
        let end = match block {
            Block::If | Block::With => "if",
            Block::Unless => "unless",
            Block::Each => "each",
        };
        self.began.push(self.html.clone());
        let opening = self.scopes.open(block, arg, names)?;
        Ok(match opening.number {
            None => Bit::Open(end, opening.code),
            Some(n) => {
                let name = json(first_path(arg).unwrap_or_default());
                let code = format!("{} {weight} {name} as |e{n} i{n}|", opening.code);
                Bit::Open(end, code)
            }
        })
    }

    /// A branch must end where the block began: only then is the text after it in one place.
    fn branch_ends(&mut self, at: usize, closes: bool) -> Done {
        let began = match closes {
            true => self.began.pop().flatten(),
            false => self.began.last().cloned().flatten(),
        };
        let (Some(began), Some(ends)) = (began, &self.html) else {
            return Ok(());
        };
        if began.same(ends) {
            return Ok(());
        }
        let (a, b) = (began.place.words(), ends.place.words());
        self.html = None;
        Err(Some(Found::new(
            at,
            Mistake::Unbalanced { began: a, ends: b },
        )))
    }
}
