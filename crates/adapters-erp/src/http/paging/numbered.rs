//! Lists by number, read so that nobody is lost while they change.
//!
//! A number means another item as soon as one before it comes or goes: who goes on at number 44
//! after one was taken out never sees the forty-fifth. So a place in such a list is no number but
//! the last items that were given, and the number only says where to look for them. They are looked
//! for in the piece in which they were, then ever farther on either side, and what follows the last
//! of them comes next. That they stand in one piece with what follows them proves that nothing is
//! between; where a piece ends with them, the next one is read and then the first one again, and
//! both count only if that has not changed.
//!
//! Where none of them is there any more, the list is read from its beginning: what was given before
//! comes again, which the ledger knows and drops, and nobody is lost.

use std::collections::BTreeSet;

use super::{Item, List, Place};
use crate::http::error::{Error, Result};
use crate::http::listing::HttpPaging;

/// How many of the last ones are remembered, at most.
const KEPT: usize = 16;
/// How often two pieces are read that do not join.
const TRIES: u32 = 5;
/// How often a list is read from its beginning because its place was lost: at each page, where all
/// that was read drops out of it, and not for ever.
const MOST_LOST: u16 = 10_000;

/// The last ones that were given, and where about they stand.
#[derive(Debug, Clone, Default)]
struct Seen {
    at: u64,
    ids: Vec<String>,
    lost: u16,
}

/// A piece of the list and the number that it was asked for by.
struct Window {
    at: u64,
    items: Vec<Item>,
}

/// What comes after the last ones that were given.
enum Follow {
    /// This window from there on.
    New(Window, usize),
    /// Nothing.
    End,
    /// The list changed while it was read.
    Moved,
}

impl List<'_> {
    pub(super) async fn numbered(
        &self,
        place: Option<Place>,
        limit: u32,
    ) -> Result<(Vec<Item>, Option<Place>)> {
        let seen = match place {
            None => Seen::default(),
            Some(Place::Seen { at, ids, lost }) => Seen { at, ids, lost },
            Some(_) => return Err(Error::Cursor),
        };
        if seen.ids.is_empty() {
            let window = self.window(0).await?;
            return Ok(if window.items.is_empty() {
                (Vec::new(), None)
            } else {
                self.give(window, 0, seen, limit)?
            });
        }
        for _ in 0..TRIES {
            let Some((window, last)) = self.look(&seen).await? else {
                return self.begin_again(seen.lost);
            };
            match self.follow(window, last, &seen).await? {
                Follow::New(window, from) => return self.give(window, from, seen, limit),
                Follow::End => return Ok((Vec::new(), None)),
                Follow::Moved => {}
            }
        }
        Err(self.unsettled())
    }

    /// What comes after an item of a window that was given before.
    async fn follow(&self, mut window: Window, mut last: usize, seen: &Seen) -> Result<Follow> {
        loop {
            if window.items[last + 1..]
                .iter()
                .any(|item| seen.is_new(item))
            {
                return Ok(Follow::New(window, last + 1));
            }
            let next = self.window(self.behind(&window)).await?;
            let again = self.window(window.at).await?;
            // What ends with the same item as before ends where the next one begins. It need not
            // have the same ones before that.
            let ends_so = self.last_of(seen, &again.items)?.is_some_and(|at| {
                let same = again.items[at].id == window.items[last].id;
                same && !again.items[at + 1..].iter().any(|item| seen.is_new(item))
            });
            let shorter = again.items.len() < window.items.len();
            if !ends_so {
                return Ok(Follow::Moved);
            }
            if next.items.is_empty() {
                // Nothing behind a piece is the end if that piece has not moved, or has room left.
                let whole = shorter || ids(&again.items) == ids(&window.items);
                return Ok(if whole { Follow::End } else { Follow::Moved });
            }
            if next.items.iter().any(|item| seen.is_new(item)) {
                return Ok(Follow::New(next, 0));
            }
            match self.last_of(seen, &next.items)? {
                Some(at) => (window, last) = (next, at),
                None => return Ok(Follow::Moved),
            }
        }
    }

    /// Gives what is new from an item of a window on, and remembers the last of it.
    fn give(
        &self,
        window: Window,
        from: usize,
        seen: Seen,
        limit: u32,
    ) -> Result<(Vec<Item>, Option<Place>)> {
        let (mut given, mut known) = (Vec::new(), BTreeSet::new());
        let mut at = window.at;
        for (n, item) in window.items.into_iter().enumerate().skip(from) {
            let twice = item.id.as_ref().is_some_and(|id| !known.insert(id.clone()));
            if twice || !seen.is_new(&item) {
                continue;
            }
            if given.len() == limit as usize {
                break;
            }
            if item.id.is_some() && self.counts_items() {
                at = window.at + n as u64;
            }
            given.push(item);
        }
        let mut ids = seen.ids;
        ids.extend(given.iter().filter_map(|item: &Item| item.id.clone()));
        if ids.is_empty() {
            return Err(self.no_ids());
        }
        ids.drain(..ids.len().saturating_sub(self.kept()));
        let lost = seen.lost;
        Ok((given, Some(Place::Seen { at, ids, lost })))
    }

    /// The window in which the latest of those that were seen stands now, and where in it.
    async fn look(&self, seen: &Seen) -> Result<Option<(Window, usize)>> {
        let start = if self.counts_items() {
            seen.at.saturating_sub(self.kept() as u64 - 1)
        } else {
            seen.at
        };
        let window = self.window(start).await?;
        if let Some(last) = self.last_of(seen, &window.items)? {
            return Ok(Some((window, last)));
        }
        let (mut left, mut right) = (Some(start), Some(window));
        while left.is_some() || right.is_some() {
            left = left.and_then(|at| self.before(at));
            if let Some(at) = left {
                let window = self.window(at).await?;
                if let Some(last) = self.last_of(seen, &window.items)? {
                    return Ok(Some((window, last)));
                }
            }
            if let Some(window) = right.take().filter(|window| !window.items.is_empty()) {
                let window = self.window(self.behind(&window)).await?;
                if let Some(last) = self.last_of(seen, &window.items)? {
                    return Ok(Some((window, last)));
                }
                right = Some(window);
            }
        }
        Ok(None)
    }

    fn begin_again(&self, lost: u16) -> Result<(Vec<Item>, Option<Place>)> {
        if lost == MOST_LOST {
            return Err(self.unsettled());
        }
        tracing::warn!(
            of = self.of,
            "the last ones are gone: the list is read from its beginning"
        );
        let (at, ids, lost) = (0, Vec::new(), lost + 1);
        Ok((Vec::new(), Some(Place::Seen { at, ids, lost })))
    }

    async fn window(&self, at: u64) -> Result<Window> {
        let size = self.page_size.to_string();
        let query = match &self.listing.paging {
            HttpPaging::Page {
                page,
                size: by,
                first,
            } => [
                (by.as_str(), size),
                (page, first.saturating_add(at).to_string()),
            ],
            HttpPaging::Offset { offset, size: by } => {
                [(by.as_str(), size), (offset, at.to_string())]
            }
            _ => return Err(Error::Cursor),
        };
        let items = self.ask(self.first(&query)?).await?.items;
        Ok(Window { at, items })
    }

    /// Whether the numbers are those of items, and not of pages.
    fn counts_items(&self) -> bool {
        matches!(self.listing.paging, HttpPaging::Offset { .. })
    }

    /// The number behind a window. By items it is as many as came: a service may give fewer than it
    /// was asked for.
    fn behind(&self, window: &Window) -> u64 {
        let step = if self.counts_items() {
            window.items.len() as u64
        } else {
            1
        };
        window.at.saturating_add(step)
    }

    fn before(&self, at: u64) -> Option<u64> {
        let step = if self.counts_items() {
            u64::from(self.page_size.div_ceil(2))
        } else {
            1
        };
        (at > 0).then(|| at.saturating_sub(step))
    }

    /// How many are remembered: so few that as many again fit into a window.
    fn kept(&self) -> usize {
        (self.page_size as usize / 2).clamp(1, KEPT)
    }

    /// Where in a window the latest of those that were seen stands, in the order in which they were
    /// seen: lists without one come back shuffled, and lose people at every page.
    fn last_of(&self, seen: &Seen, items: &[Item]) -> Result<Option<usize>> {
        let mut last = None;
        for id in &seen.ids {
            let Some(at) = items.iter().position(|item| item.id.as_ref() == Some(id)) else {
                continue;
            };
            if last.is_some_and(|last| at < last) {
                return Err(Error::Disordered {
                    of: self.of.to_owned(),
                });
            }
            last = Some(at);
        }
        Ok(last)
    }

    fn unsettled(&self) -> Error {
        Error::Unsettled {
            of: self.of.to_owned(),
        }
    }
}

impl Seen {
    fn is_new(&self, item: &Item) -> bool {
        item.id.as_ref().is_none_or(|id| !self.ids.contains(id))
    }
}

fn ids(items: &[Item]) -> Vec<Option<&str>> {
    items.iter().map(|item| item.id.as_deref()).collect()
}
