//! Partials: kept by name, put into the parts that use them before the engine sees anything.
//!
//! handlebars aborts the process when two partials contain each other, and indents, re-scopes and
//! overrides partials in ways that depend on the caller. Here a partial is text that is put in
//! place, checked at each place where it is used. The engine never sees a partial.

use std::collections::BTreeMap;

use super::Escape;
use super::blanks;
use super::blocks::{self, Depth, Item, Kind};
use super::error::{Found, Mistake};
use super::scan::{MOST_BYTES, MOST_TAGS, over, scan};
use super::vars::nearest;

/// Most partials of a library.
const MOST_PARTIALS: usize = 64;
/// Most partials inside each other.
const MOST_NESTED: usize = 8;
/// Most bytes of text of a part with its partials put in.
const MOST_EXPANDED: usize = 4 * MOST_BYTES;
/// Most items of a part with its partials put in: tags and the texts between them.
const MOST_ITEMS: usize = 2 * MOST_TAGS + 1;

/// Partials by name, shared by the parts of messages: `{{> pie}}`.
///
/// Lines are kept as they are: a partial is not indented like the tag that calls it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Library(BTreeMap<String, (Escape, String)>);

impl Library {
    /// No partials.
    #[must_use]
    pub fn new() -> Library {
        Library::default()
    }

    /// The same with one more partial, for parts of that escape kind.
    #[must_use]
    pub fn with(mut self, name: &str, escape: Escape, text: &str) -> Library {
        self.0.insert(name.to_owned(), (escape, text.to_owned()));
        self
    }

    /// How many partials there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

/// An item with the source that it was written in: 0 is the part, others are partials.
#[derive(Debug, Clone)]
pub(super) struct Placed<'a> {
    pub(super) origin: usize,
    pub(super) item: Item<'a>,
}

/// A part with its partials put in, its sources by number, and the mistakes by source.
#[derive(Debug)]
pub(super) struct Expanded<'a> {
    pub(super) items: Vec<Placed<'a>>,
    pub(super) origins: Vec<(&'a str, &'a str)>,
    pub(super) found: Vec<(usize, Found)>,
}

struct Level<'a> {
    origin: usize,
    next: usize,
    name: Option<&'a str>,
    items: Vec<Item<'a>>,
}

/// Puts the partials in. Stops at the first mistake that would make it grow without end.
pub(super) fn expand<'a>(
    part: &'a str,
    text: &'a str,
    escape: Escape,
    library: &'a Library,
) -> Expanded<'a> {
    let mut out = Expanded {
        items: Vec::new(),
        origins: Vec::new(),
        found: Vec::new(),
    };
    if library.len() > MOST_PARTIALS {
        out.found
            .push((0, over(0, "the number of partials", MOST_PARTIALS)));
    }
    let (_, top) = out.read(part, text);
    let mut known: BTreeMap<&str, (usize, Vec<Item<'a>>)> = BTreeMap::new();
    let mut levels = vec![Level {
        origin: 0,
        next: 0,
        name: None,
        items: top,
    }];
    let mut growth = Growth::default();
    while let Some(level) = levels.last_mut() {
        let origin = level.origin;
        let Some(item) = level.items.get(level.next).cloned() else {
            levels.pop();
            continue;
        };
        level.next += 1;
        if let Err(stop) = growth.follow(&item) {
            out.found.push((origin, stop));
            return out;
        }
        let Kind::Partial(name) = item.is else {
            out.items.push(Placed { origin, item });
            continue;
        };
        match enter(name, item.at, escape, library, &levels) {
            Err(mistake) => out.found.push((origin, mistake)),
            Ok((name, text)) => {
                let known = known.entry(name).or_insert_with(|| out.read(name, text));
                let (origin, items) = known.clone();
                levels.push(Level {
                    origin,
                    next: 0,
                    name: Some(name),
                    items,
                });
            }
        }
    }
    out
}

/// What the expansion has grown to.
#[derive(Debug, Default)]
struct Growth {
    depth: Depth,
    n_items: usize,
    n_bytes: usize,
}

impl Growth {
    fn follow(&mut self, item: &Item<'_>) -> Result<(), Found> {
        self.n_items += 1;
        if let Kind::Text(text) = item.is {
            self.n_bytes += text.len();
        }
        if self.n_items > MOST_ITEMS {
            return Err(over(item.at, "the number of tags", MOST_TAGS));
        }
        if self.n_bytes > MOST_EXPANDED {
            return Err(over(
                item.at,
                "the size with partials, in bytes",
                MOST_EXPANDED,
            ));
        }
        self.depth.follow(item)
    }
}

impl<'a> Expanded<'a> {
    /// Scans one source; gives its number, the next one, and its items.
    fn read(&mut self, name: &'a str, text: &'a str) -> (usize, Vec<Item<'a>>) {
        let origin = self.origins.len();
        self.origins.push((name, text));
        let mut found = Vec::new();
        let mut items = match scan(text) {
            Ok(scan) => blocks::items(scan, &mut found),
            Err(mistake) => {
                found.push(mistake);
                Vec::new()
            }
        };
        self.found
            .extend(found.into_iter().map(|mistake| (origin, mistake)));
        blanks::trim(&mut items);
        (origin, items)
    }
}

fn enter<'a>(
    name: &str,
    at: usize,
    escape: Escape,
    library: &'a Library,
    levels: &[Level<'a>],
) -> Result<(&'a str, &'a str), Found> {
    let Some((key, (kind, text))) = library.0.get_key_value(name) else {
        let hint = nearest(name, library.names()).map(str::to_owned);
        return Err(Found::new(at, Mistake::UnknownPartial(name.to_owned())).with_hint(hint));
    };
    if *kind != escape {
        return Err(Found::new(at, Mistake::PartialKind(name.to_owned())));
    }
    let path: Vec<&str> = levels.iter().filter_map(|level| level.name).collect();
    if let Some(i) = path.iter().position(|open| *open == name) {
        let circle = [&path[i..], &[name]].concat().join(" > ");
        return Err(Found::new(at, Mistake::PartialCycle(circle)));
    }
    if path.len() == MOST_NESTED {
        return Err(over(at, "the depth of partials", MOST_NESTED));
    }
    Ok((key, text))
}
