//! Reading a list piece by piece, and going on where somebody stopped.

mod numbered;
mod place;
mod token;

use std::collections::BTreeSet;

use reqwest::Url;
use serde_json::Value as Json;

use super::error::{Error, Result};
use super::items::id_of;
use super::listing::{HttpFind, HttpListing, HttpPaging};
use super::service::{Answer, Service};
pub(super) use place::Place;

/// A list that is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct List<'a> {
    pub(super) service: &'a Service,
    pub(super) listing: &'a HttpListing,
    /// `customers`, or the kind of the records.
    pub(super) of: &'a str,
    /// Where an item has its id.
    pub(super) id: &'a str,
    /// Parameters of this question beside those of the list.
    pub(super) query: &'a [(String, String)],
    /// At most so many a call.
    pub(super) page_size: u32,
}

/// An item with its id, where it has one.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) id: Option<String>,
    pub(super) json: Json,
}

/// What was answered to a question for a page.
#[derive(Debug)]
struct Piece {
    items: Vec<Item>,
    /// The whole of the answer, without its items.
    rest: Json,
    link: Option<String>,
}

impl List<'_> {
    /// A page of at most `limit` items, and where the next one begins.
    pub(super) async fn page(
        &self,
        after: Option<Place>,
        limit: u32,
    ) -> Result<(Vec<Item>, Option<Place>)> {
        let limit = limit.clamp(1, self.page_size);
        match &self.listing.paging {
            HttpPaging::AfterId { after: by, size } => {
                let last = match after {
                    None => None,
                    Some(Place::After { id }) => Some(id),
                    Some(_) => return Err(Error::Cursor),
                };
                self.after_id((by, size), last, limit).await
            }
            HttpPaging::Page { .. } | HttpPaging::Offset { .. } => {
                self.numbered(after, limit).await
            }
            _ => self.by_token(after, limit).await,
        }
    }

    /// The items of these ids, in any order.
    pub(super) async fn find(&self, ids: &BTreeSet<&str>) -> Result<Vec<Item>> {
        let mut found = match &self.listing.find {
            HttpFind::One { path } => self.each(path, ids).await?,
            HttpFind::Many {
                path,
                ids: name,
                most,
            } => {
                let ids: Vec<&str> = ids.iter().copied().collect();
                let mut found = Vec::new();
                for some in ids.chunks((*most).max(1) as usize) {
                    found.extend(self.many(path, name, some).await?);
                }
                found
            }
        };
        let mut seen = BTreeSet::new();
        // A database may find ANA for ana, which is nobody's id, or one of them twice.
        found.retain(|item| match &item.id {
            Some(id) => ids.contains(id.as_str()) && seen.insert(id.clone()),
            None => false,
        });
        Ok(found)
    }

    /// Each by its own address, some at a time.
    async fn each(&self, path: &str, ids: &BTreeSet<&str>) -> Result<Vec<Item>> {
        let ids: Vec<&str> = ids.iter().copied().collect();
        let mut found = Vec::new();
        for some in ids.chunks(super::service::AT_ONCE) {
            let calls = some.iter().map(|id| self.one(path, id));
            for one in futures_util::future::join_all(calls).await {
                found.extend(one?);
            }
        }
        Ok(found)
    }

    async fn one(&self, path: &str, id: &str) -> Result<Option<Item>> {
        let Some(url) = self.service.url(path, Some(id))? else {
            return Ok(None);
        };
        let answer = match self.service.get(&self.asked(url, &[])).await {
            Err(Error::NoSuchPath { status: 404 | 410 }) => return Ok(None),
            answer => answer?,
        };
        let json: Json = parsed(&answer.body, self.of)?;
        match json.pointer(&self.listing.item) {
            Some(Json::Null) => Ok(None),
            // One without an id is not the one, and nobody may be taken for gone because of it.
            Some(item @ Json::Object(_)) => match self.item(item.clone()) {
                item @ Item { id: Some(_), .. } => Ok(Some(item)),
                Item { id: None, .. } => Err(self.no_ids()),
            },
            _ => Err(Error::NoItem {
                of: self.of.to_owned(),
                pointer: self.listing.item.clone(),
            }),
        }
    }

    async fn many(&self, path: &str, name: &str, ids: &[&str]) -> Result<Vec<Item>> {
        let Some(url) = self.service.url(path, None)? else {
            return Ok(Vec::new());
        };
        let mut query: Vec<(&str, String)> = Vec::new();
        query.extend(ids.iter().map(|id| (name, (*id).to_owned())));
        if let Some(size) = self.size() {
            query.push((size, ids.len().to_string()));
        }
        let piece = self.ask(self.asked(url, &query)).await?;
        // Who does not come because others do would be taken for gone. Databases may find ANA for
        // ana, and that is no other question.
        let same = |id: &str| {
            ids.iter()
                .any(|one| one.to_lowercase() == id.to_lowercase())
        };
        let others = |item: &Item| item.id.as_deref().is_some_and(|id| !same(id));
        if piece.items.iter().any(others) {
            return Err(Error::OthersCame {
                of: self.of.to_owned(),
                parameter: name.to_owned(),
            });
        }
        // And who is on a next page.
        if self.next(&piece).is_some() && piece.items.len() < ids.len() {
            return Err(Error::NotAll {
                of: self.of.to_owned(),
            });
        }
        Ok(piece.items)
    }

    /// The page after an id: whatever came or went before it, nothing after it moves.
    async fn after_id(
        &self,
        (by, size): (&str, &str),
        last: Option<String>,
        limit: u32,
    ) -> Result<(Vec<Item>, Option<Place>)> {
        let mut query = vec![(size, limit.to_string())];
        if let Some(id) = &last {
            query.push((by, id.clone()));
        }
        let mut items = self.ask(self.first(&query)?).await?.items;
        // A service may give fewer than it was asked for, so only nothing is the end.
        if items.is_empty() {
            return Ok((items, None));
        }
        let again = last.is_some() && items.iter().any(|item| item.id == last);
        if again {
            return Err(Error::NotHeeded {
                of: self.of.to_owned(),
                parameter: by.to_owned(),
            });
        }
        items.truncate(limit as usize);
        let last = items.iter().rev().find_map(|item| item.id.clone());
        let id = last.ok_or_else(|| self.no_ids())?;
        Ok((items, Some(Place::After { id })))
    }

    /// The address of the first page with these parameters.
    fn first(&self, query: &[(&str, String)]) -> Result<Url> {
        let path = &self.listing.path;
        let url = self.service.url(path, None)?;
        let url = url.ok_or_else(|| Error::Path(path.clone()))?;
        Ok(self.asked(url, query))
    }

    fn asked(&self, mut url: Url, query: &[(&str, String)]) -> Url {
        let own = self.listing.query.iter().chain(self.query);
        let mut pairs = own
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .peekable();
        if pairs.peek().is_some() || !query.is_empty() {
            let query = query.iter().map(|(name, value)| (*name, value.as_str()));
            url.query_pairs_mut().extend_pairs(pairs.chain(query));
        }
        url
    }

    async fn ask(&self, url: Url) -> Result<Piece> {
        let answer = self.service.get(&url).await?;
        self.piece(answer)
    }

    fn piece(&self, answer: Answer) -> Result<Piece> {
        let (items, rest) = items(&answer.body, &self.listing.items, self.of)?;
        Ok(Piece {
            items: items.into_iter().map(|json| self.item(json)).collect(),
            rest,
            link: answer.link,
        })
    }

    fn item(&self, json: Json) -> Item {
        let id = id_of(&json, self.id);
        Item { id, json }
    }

    fn size(&self) -> Option<&str> {
        match &self.listing.paging {
            HttpPaging::AfterId { size, .. }
            | HttpPaging::Page { size, .. }
            | HttpPaging::Offset { size, .. } => Some(size),
            HttpPaging::Cursor { size, .. }
            | HttpPaging::NextUrl { size, .. }
            | HttpPaging::NextLink { size } => size.as_deref(),
        }
    }

    fn no_ids(&self) -> Error {
        Error::NoIds {
            of: self.of.to_owned(),
            pointer: self.id.to_owned(),
        }
    }
}

fn parsed(body: &[u8], of: &str) -> Result<Json> {
    serde_json::from_slice(body).map_err(|_| Error::NotJson { of: of.to_owned() })
}

/// The items of a body, and the body without them.
pub(super) fn items(body: &[u8], pointer: &str, of: &str) -> Result<(Vec<Json>, Json)> {
    let mut whole = parsed(body, of)?;
    match whole.pointer_mut(pointer).map(Json::take) {
        Some(Json::Array(items)) => Ok((items, whole)),
        _ => Err(Error::NoList {
            of: of.to_owned(),
            pointer: pointer.to_owned(),
        }),
    }
}
