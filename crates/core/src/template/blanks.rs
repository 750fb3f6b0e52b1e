//! The blanks around tags: `~` takes all of them, a tag alone on its line takes the line.
//!
//! Decided on the text as written, then applied, so that one tag's line does not hide the next's.

use super::blocks::{Item, Kind};

/// Cuts the blanks that do not belong to the text.
pub(super) fn trim(items: &mut [Item<'_>]) {
    let cuts: Vec<(Cut, Cut)> = (0..items.len()).map(|i| around(items, i)).collect();
    for (i, (before, after)) in cuts.into_iter().enumerate() {
        if let Some(Item {
            is: Kind::Text(text),
            ..
        }) = i.checked_sub(1).and_then(|i| items.get_mut(i))
        {
            *text = match before {
                Cut::Nothing => text,
                Cut::Line => text.trim_end_matches([' ', '\t']),
                Cut::All => text.trim_end(),
            };
        }
        if let Some(Item {
            at,
            is: Kind::Text(text),
            ..
        }) = items.get_mut(i + 1)
        {
            let rest = match after {
                Cut::Nothing => text,
                Cut::Line => first_line_cut(text),
                Cut::All => text.trim_start(),
            };
            *at += text.len() - rest.len();
            *text = rest;
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    Nothing,
    Line,
    All,
}

fn around(items: &[Item<'_>], i: usize) -> (Cut, Cut) {
    let item = &items[i];
    if matches!(item.is, Kind::Text(_)) {
        return (Cut::Nothing, Cut::Nothing);
    }
    let alone = !matches!(item.is, Kind::Show(_)) && line_begins(items, i) && line_ends(items, i);
    let cut = |all: bool| match (all, alone) {
        (true, _) => Cut::All,
        (false, true) => Cut::Line,
        (false, false) => Cut::Nothing,
    };
    (cut(item.trim_before), cut(item.trim_after))
}

fn line_begins(items: &[Item<'_>], i: usize) -> bool {
    let Some(before) = i.checked_sub(1) else {
        return true;
    };
    let Kind::Text(text) = items[before].is else {
        return false;
    };
    let kept = text.trim_end_matches([' ', '\t']);
    kept.ends_with('\n') || (kept.is_empty() && before == 0)
}

fn line_ends(items: &[Item<'_>], i: usize) -> bool {
    let Some(after) = items.get(i + 1) else {
        return true;
    };
    let Kind::Text(text) = after.is else {
        return false;
    };
    let rest = text.trim_start_matches([' ', '\t', '\r']);
    rest.starts_with('\n') || (rest.is_empty() && i + 2 == items.len())
}

fn first_line_cut(text: &str) -> &str {
    let rest = text.trim_start_matches([' ', '\t', '\r']);
    rest.strip_prefix('\n').unwrap_or(rest)
}
