//! Whether blocks of a template hold whole elements.

use super::{Kind, Role, Tags, Token, is_void};

/// A block that opens or closes elements that it does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unbalanced {
    /// The number of its tag.
    pub(crate) tag: usize,
}

/// The start tag within which each start tag lies, by the numbers of the tokens, as it is written;
/// or the first block whose branches do not hold whole elements. HTML lets end tags be left out;
/// a block may not rely on that.
pub(crate) fn balance(tags: &Tags<'_>, tokens: &[Token]) -> Result<Vec<Option<usize>>, Unbalanced> {
    let mut parents = vec![None; tokens.len()];
    let mut open: Vec<usize> = Vec::new();
    // For each open block, how many elements were open when it began.
    let mut blocks: Vec<usize> = Vec::new();
    for (number, token) in tokens.iter().enumerate() {
        for (tag_number, tag) in tags.within(&token.span) {
            let unbalanced = Err(Unbalanced { tag: tag_number });
            match tag.role {
                Role::Open => blocks.push(open.len()),
                Role::Else if blocks.last() != Some(&open.len()) => return unbalanced,
                Role::Close if blocks.pop() != Some(open.len()) => return unbalanced,
                _ => {}
            }
        }
        match &token.kind {
            Kind::Start { name, .. } => {
                parents[number] = open.last().copied();
                if !is_void(name) {
                    open.push(number);
                }
            }
            Kind::End { name } => {
                let named = |at: &usize| match &tokens[*at].kind {
                    Kind::Start { name: it, .. } => it == name,
                    _ => false,
                };
                let floor = blocks.last().copied().unwrap_or(0);
                match open.iter().rposition(named) {
                    Some(at) if at >= floor => open.truncate(at),
                    Some(_) => {
                        let before = tags
                            .tags
                            .partition_point(|t| t.span.start < token.span.start);
                        return Err(Unbalanced {
                            tag: before.saturating_sub(1),
                        });
                    }
                    None => {}
                }
            }
            _ => {}
        }
    }
    match blocks.is_empty() {
        true => Ok(parents),
        false => Err(Unbalanced {
            tag: tags.tags.len().saturating_sub(1),
        }),
    }
}
