//! Lists whose pages name the next one: by a text, an address, or a header.

use reqwest::Url;

use super::{Item, List, Piece, Place};
use crate::http::error::{Error, Result};
use crate::http::fields::at;
use crate::http::listing::HttpPaging;
use crate::http::value::text;

impl List<'_> {
    /// A page by what the one before called it. Where the service gives more than was asked for,
    /// the rest is given with the next page, which asks for the same again.
    pub(super) async fn by_token(
        &self,
        place: Option<Place>,
        limit: u32,
    ) -> Result<(Vec<Item>, Option<Place>)> {
        let (token, after) = match place {
            None => (None, None),
            Some(Place::Token { token, after }) => (token, after),
            Some(_) => return Err(Error::Cursor),
        };
        let url = self.named(token.as_deref(), limit)?;
        let piece = self.ask(url.clone()).await?;
        let next = self
            .next(&piece)
            .map(|next| self.token(&url, next))
            .transpose()?;
        if next.is_some() && next == token {
            return Err(Error::Circle {
                of: self.of.to_owned(),
            });
        }
        let mut items = piece.items;
        if let Some(last) = items
            .iter()
            .position(|item| item.id.is_some() && item.id == after)
        {
            items.drain(..=last);
        }
        if items.len() > limit as usize {
            items.truncate(limit as usize);
            let last = items.last().and_then(|item| item.id.clone());
            let after = Some(last.ok_or_else(|| self.no_ids())?);
            return Ok((items, Some(Place::Token { token, after })));
        }
        let next = next.map(|token| Place::Token {
            token: Some(token),
            after: None,
        });
        Ok((items, next))
    }

    /// The address of a page.
    fn named(&self, token: Option<&str>, limit: u32) -> Result<Url> {
        let size = self.size().map(|size| (size, limit.to_string()));
        let mut query: Vec<(&str, String)> = size.into_iter().collect();
        match (token, &self.listing.paging) {
            (None, _) => self.first(&query),
            (Some(token), HttpPaging::Cursor { cursor, .. }) => {
                query.push((cursor, token.to_owned()));
                self.first(&query)
            }
            // A whole address, of which the cursor keeps what follows the server's.
            (Some(token), _) => {
                let joined = self.service.join(self.service.base(), token);
                joined.ok_or(Error::Cursor)
            }
        }
    }

    /// What a page says of the next one.
    pub(super) fn next(&self, piece: &Piece) -> Option<String> {
        match &self.listing.paging {
            HttpPaging::Cursor { next, .. } | HttpPaging::NextUrl { next, .. } => {
                at(&piece.rest, next).and_then(text)
            }
            HttpPaging::NextLink { .. } => piece.link.clone(),
            _ => None,
        }
    }

    /// What of that is kept.
    fn token(&self, from: &Url, next: String) -> Result<String> {
        if let HttpPaging::Cursor { .. } = self.listing.paging {
            return Ok(next);
        }
        let joined = self
            .service
            .join(from, &next)
            .ok_or_else(|| Error::Elsewhere {
                of: self.of.to_owned(),
            })?;
        let mut kept = joined.path().to_owned();
        if let Some(query) = joined.query() {
            kept.push('?');
            kept.push_str(query);
        }
        Ok(kept)
    }
}
