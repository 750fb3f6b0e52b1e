//! Tags become items, and blocks are matched with their ends: one pass with a stack.

use super::error::{Found, Mistake};
use super::expr::{self, Expr, Form, Head};
use super::scan::{MOST_DEPTH, Mark, Piece, Scan, Tag, over, refused};
use super::vars::nearest;
use super::words::{Is, Word};

/// A piece of a template with its meaning. `at` is a byte offset in its source.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item<'a> {
    pub(super) at: usize,
    pub(super) trim_before: bool,
    pub(super) trim_after: bool,
    pub(super) is: Kind<'a>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind<'a> {
    Text(&'a str),
    Comment,
    Show(Expr<'a>),
    Open {
        block: Block,
        arg: Expr<'a>,
        names: Vec<&'a str>,
    },
    Else,
    /// `{{else if x}}`: `chain` is never `each`.
    ElseIf {
        chain: Block,
        arg: Expr<'a>,
    },
    Close,
    Partial(&'a str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    If,
    Unless,
    Each,
    With,
}

impl Block {
    pub(super) const NAMES: [&'static str; 4] = ["if", "unless", "each", "with"];

    pub(super) fn name(self) -> &'static str {
        match self {
            Block::If => "if",
            Block::Unless => "unless",
            Block::Each => "each",
            Block::With => "with",
        }
    }

    fn of(name: &str) -> Option<Block> {
        [Block::If, Block::Unless, Block::Each, Block::With]
            .into_iter()
            .find(|block| block.name() == name)
    }
}

/// All items of one source. Every mistake is reported; a tag with one is left out.
pub(super) fn items<'a>(scan: Scan<'a>, found: &mut Vec<Found>) -> Vec<Item<'a>> {
    let mut items = Vec::with_capacity(scan.pieces.len());
    let mut open: Vec<Opened> = Vec::new();
    for piece in scan.pieces {
        match piece {
            Piece::Text { at, text } => items.push(Item {
                at,
                trim_before: false,
                trim_after: false,
                is: Kind::Text(text),
            }),
            Piece::Tag(tag) => match item(&tag, &mut open) {
                Ok(is) => items.push(Item {
                    at: tag.at,
                    trim_before: tag.trim_before,
                    trim_after: tag.trim_after,
                    is,
                }),
                Err(mistake) => found.push(mistake),
            },
        }
    }
    for left in open {
        let tag = format!("{{{{#{}}}}}", left.name);
        found.push(Found::new(left.at, Mistake::Unclosed(tag)));
    }
    items
}

struct Opened {
    at: usize,
    name: String,
    has_else: bool,
}

fn item<'a>(tag: &Tag<'a>, open: &mut Vec<Opened>) -> Result<Kind<'a>, Found> {
    match tag.mark {
        Mark::Comment => Ok(Kind::Comment),
        Mark::Open => opening(tag, open),
        Mark::Close => closing(tag, open),
        Mark::Partial => partial(tag),
        Mark::Show => match tag.words.first() {
            Some(Word {
                is: Is::Plain("else"),
                ..
            }) => or_else(tag, open),
            // `{{elsewhere}}` is a name here; handlebars reads `{{else where}}`.
            _ => expr::whole(&tag.words, tag.at).map(Kind::Show),
        },
    }
}

fn opening<'a>(tag: &Tag<'a>, open: &mut Vec<Opened>) -> Result<Kind<'a>, Found> {
    let Some(Word {
        is: Is::Plain(name),
        at,
    }) = tag.words.first()
    else {
        open.push(Opened {
            at: tag.at,
            name: String::new(),
            has_else: false,
        });
        return Err(Found::new(
            tag.at,
            Mistake::Syntax("the name of the block is missing"),
        ));
    };
    // Pushed even if unknown, so that its end is not reported as well.
    open.push(Opened {
        at: tag.at,
        name: (*name).to_owned(),
        has_else: false,
    });
    let block = block(name, *at)?;
    let (args, names) = block_names(&tag.words[1..])?;
    if !names.is_empty() && !matches!(block, Block::Each | Block::With) {
        return Err(refused(tag.at, "only each and with give names: as | |"));
    }
    if names.len() > 1 && block == Block::With {
        return Err(refused(tag.at, "with gives one name"));
    }
    let arg = argument(args, block, tag.at)?;
    Ok(Kind::Open { block, arg, names })
}

fn block(name: &str, at: usize) -> Result<Block, Found> {
    Block::of(name).ok_or_else(|| {
        let hint = nearest(name, Block::NAMES.into_iter()).map(str::to_owned);
        Found::new(at, Mistake::UnknownHelper(name.to_owned())).with_hint(hint)
    })
}

fn argument<'a>(words: &[Word<'a>], block: Block, at: usize) -> Result<Expr<'a>, Found> {
    let takes = || {
        Found::new(
            at,
            Mistake::Arguments {
                helper: block.name(),
                takes: "one value",
            },
        )
    };
    if words.is_empty() {
        return Err(takes());
    }
    let arg = expr::whole(words, at)?;
    match &arg.is {
        // `{{#if eq a b}}` without its parentheses would read as a call.
        Form::Call { .. } if !matches!(words[0].is, Is::Open) => Err(takes().with_hint(Some(
            "put a helper and its arguments in parentheses".to_owned(),
        ))),
        _ => Ok(arg),
    }
}

/// Cuts `as |a b|` off the end.
fn block_names<'w, 'a>(words: &'w [Word<'a>]) -> Result<(&'w [Word<'a>], Vec<&'a str>), Found> {
    let Some(i) = words.iter().position(|word| word.is == Is::Plain("as")) else {
        return Ok((words, Vec::new()));
    };
    let at = words[i].at;
    let wrong = || Found::new(at, Mistake::Syntax("write as |name| or as |name index|"));
    let [
        Word { is: Is::Pipe, .. },
        names @ ..,
        Word { is: Is::Pipe, .. },
    ] = &words[i + 1..]
    else {
        return Err(wrong());
    };
    let names: Option<Vec<&str>> = names
        .iter()
        .map(|word| match &word.is {
            Is::Plain(raw) => Some(*raw),
            _ => None,
        })
        .collect();
    let good = |name: &str| {
        name.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || c == '_' || c == '-')
            && !["this", "else", "as", "true", "false", "null"].contains(&name)
    };
    match names {
        Some(names) if matches!(names.len(), 1 | 2) && names.iter().all(|name| good(name)) => {
            Ok((&words[..i], names))
        }
        _ => Err(wrong()),
    }
}

fn or_else<'a>(tag: &Tag<'a>, open: &mut [Opened]) -> Result<Kind<'a>, Found> {
    let unopened = Found::new(tag.at, Mistake::Unopened("{{else}}".to_owned()));
    let Some(opened) = open.last_mut() else {
        return Err(unopened);
    };
    if opened.has_else {
        return Err(unopened);
    }
    let [_, name, args @ ..] = tag.words.as_slice() else {
        opened.has_else = true;
        return Ok(Kind::Else);
    };
    let Is::Plain(raw) = name.is else {
        return Err(Found::new(
            name.at,
            Mistake::Syntax("write {{else}} or {{else if x}}"),
        ));
    };
    let chain = block(raw, name.at)?;
    if !matches!(chain, Block::If | Block::Unless) {
        return Err(refused(
            tag.at,
            "after else only if and unless may follow: nest the others",
        ));
    }
    let arg = argument(args, chain, tag.at)?;
    Ok(Kind::ElseIf { chain, arg })
}

fn closing<'a>(tag: &Tag<'a>, open: &mut Vec<Opened>) -> Result<Kind<'a>, Found> {
    let [
        Word {
            is: Is::Plain(name),
            ..
        },
    ] = tag.words.as_slice()
    else {
        return Err(Found::new(
            tag.at,
            Mistake::Syntax("name the block that ends here"),
        ));
    };
    match open.pop_if(|opened| opened.name == *name) {
        Some(_) => Ok(Kind::Close),
        None => {
            let hint = open
                .last()
                .map(|opened| format!("open here: {}", opened.name));
            let tag_text = format!("{{{{/{name}}}}}");
            Err(Found::new(tag.at, Mistake::Unopened(tag_text)).with_hint(hint))
        }
    }
}

fn partial<'a>(tag: &Tag<'a>) -> Result<Kind<'a>, Found> {
    match tag.words.as_slice() {
        [
            Word {
                is: Is::Plain(name),
                ..
            },
        ] if !name.contains('@') => Ok(Kind::Partial(name)),
        [Word { is: Is::Open, .. }, ..] => {
            Err(refused(tag.at, "the name of a partial must be written out"))
        }
        [_, _, ..] => Err(refused(tag.at, "a partial takes no arguments")),
        _ => Err(Found::new(tag.at, Mistake::Syntax("write {{> name}}"))),
    }
}

/// Depth and number of tags, with partials put in: `else if` nests in the engine, so it counts.
#[derive(Debug, Default)]
pub(super) struct Depth {
    chains: Vec<usize>,
    depth: usize,
}

impl Depth {
    /// Follows one item; refuses what the engine would have to recurse too deep for.
    pub(super) fn follow(&mut self, item: &Item<'_>) -> Result<(), Found> {
        match item.is {
            Kind::Open { .. } => {
                self.chains.push(1);
                self.depth += 1;
            }
            Kind::ElseIf { .. } => {
                if let Some(chain) = self.chains.last_mut() {
                    *chain += 1;
                    self.depth += 1;
                }
            }
            Kind::Close => self.depth -= self.chains.pop().unwrap_or(0),
            Kind::Text(_) | Kind::Comment | Kind::Show(_) | Kind::Else | Kind::Partial(_) => {}
        }
        if self.depth > MOST_DEPTH {
            return Err(over(item.at, "the depth of blocks", MOST_DEPTH));
        }
        Ok(())
    }
}

/// The first variable of an expression as written: names it when its value is missing.
pub(super) fn first_path<'e, 'a>(expr: &'e Expr<'a>) -> Option<&'e str> {
    let mut stack = vec![expr];
    while let Some(expr) = stack.pop() {
        match &expr.is {
            Form::Path(path) if path.head != Head::Local => return Some(path.raw),
            Form::Call { args, .. } => stack.extend(args.iter().rev()),
            Form::Path(_) | Form::Text(_) | Form::Number(_) | Form::Bool(_) => {}
        }
    }
    None
}
