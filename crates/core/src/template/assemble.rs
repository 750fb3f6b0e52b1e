//! The engine's template, put together tag by tag.
//!
//! The engine's parser counts lines from the start of the text for every tag: 20,000 short tags
//! took it 17 seconds. It is given one canonical tag at a time instead, and never any text.

use handlebars::Template;
use handlebars::template::{HelperTemplate, TemplateElement};

/// A piece of a checked part. Codes are canonical, without braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Bit {
    Text(String),
    Show(String),
    /// A block's name and its arguments.
    Open(&'static str, String),
    Else,
    ElseIf(&'static str, String),
    Close,
}

/// A tag that the engine did not take, or a block without an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refused;

/// A block whose branches are being filled; `chained` ones end with the block before them.
struct Open {
    block: Box<HelperTemplate>,
    in_else: bool,
    chained: bool,
}

/// Builds the template. The depth of blocks was limited before, so dropping it is safe.
pub(super) fn assemble(bits: Vec<Bit>) -> Result<Template, Refused> {
    let mut root = Template::new();
    let mut open: Vec<Open> = Vec::new();
    for bit in bits {
        match bit {
            Bit::Text(text) => push(&mut root, &mut open, TemplateElement::RawString(text)),
            Bit::Show(code) => {
                let element = single(&format!("{{{{{code}}}}}"))?;
                push(&mut root, &mut open, element);
            }
            Bit::Open(name, args) => {
                open.push(Open {
                    block: block(name, &args)?,
                    in_else: false,
                    chained: false,
                });
            }
            Bit::Else => open.last_mut().ok_or(Refused)?.in_else = true,
            Bit::ElseIf(name, args) => {
                open.last_mut().ok_or(Refused)?.in_else = true;
                open.push(Open {
                    block: block(name, &args)?,
                    in_else: false,
                    chained: true,
                });
            }
            Bit::Close => loop {
                let done = open.pop().ok_or(Refused)?;
                push(
                    &mut root,
                    &mut open,
                    TemplateElement::HelperBlock(done.block),
                );
                if !done.chained {
                    break;
                }
            },
        }
    }
    if open.is_empty() {
        Ok(root)
    } else {
        Err(Refused)
    }
}

fn push(root: &mut Template, open: &mut [Open], element: TemplateElement) {
    let branch = match open.last_mut() {
        None => root,
        Some(Open {
            block,
            in_else: false,
            ..
        }) => block.template.get_or_insert_default(),
        Some(Open {
            block,
            in_else: true,
            ..
        }) => block.inverse.get_or_insert_default(),
    };
    branch.elements.push(element);
}

fn single(code: &str) -> Result<TemplateElement, Refused> {
    let mut parsed = Template::compile(code).map_err(|_| Refused)?;
    match (parsed.elements.pop(), parsed.elements.is_empty()) {
        (Some(element), true) => Ok(element),
        _ => Err(Refused),
    }
}

fn block(name: &str, args: &str) -> Result<Box<HelperTemplate>, Refused> {
    match single(&format!("{{{{#{name} {args}}}}}{{{{/{name}}}}}"))? {
        TemplateElement::HelperBlock(mut block) => {
            (block.template, block.inverse) = (None, None);
            Ok(block)
        }
        _ => Err(Refused),
    }
}
