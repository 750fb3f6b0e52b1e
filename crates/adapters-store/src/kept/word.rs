//! Of whom words speak, and the chain on which they hang.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use pregon_core::{
    AddressHash, Cursor, CustomerId, HashKey, Link, Page, Preference, PreferenceEntry,
    PreferenceScope, SealedWord, Subject, Word,
};

use super::flaw::Flaw;
use super::wire;

/// Those of whom some words speak.
#[derive(Debug)]
pub(crate) struct Spoken<'a>(HashSet<&'a Subject>);

impl<'a> Spoken<'a> {
    pub(crate) fn of(words: &'a [Preference]) -> Self {
        Self(words.iter().map(|word| &word.subject).collect())
    }

    /// Whether what goes to a customer, at an address, goes to one of them.
    pub(crate) fn meets(&self, customer: String, address: Option<&[u8]>) -> Result<bool, Flaw> {
        let customer = CustomerId::new(customer);
        let customer = customer.map_err(|_| Flaw::Damaged("a customer has no name"))?;
        let address = address.map(wire::bytes16).transpose()?;
        let address = address.map(|hash| Subject::Address(AddressHash::from_bytes(hash)));
        let mut subjects = [Some(Subject::Customer(customer)), address]
            .into_iter()
            .flatten();
        Ok(subjects.any(|subject| self.0.contains(&subject)))
    }
}

/// The link of each of some words that are said now, in order, after the last one that is kept.
pub(crate) fn links(
    words: &[Preference],
    at: DateTime<Utc>,
    key: &HashKey,
    mut last: Option<Link>,
) -> Vec<Link> {
    let mut links = Vec::with_capacity(words.len());
    for preference in words.iter().cloned() {
        let link = SealedWord::of(&PreferenceEntry { preference, at }, key).link(last);
        last = Some(link);
        links.push(link);
    }
    links
}

/// The link that a column holds.
pub(crate) fn link(bytes: Option<&[u8]>) -> Result<Option<Link>, Flaw> {
    let bytes: Option<[u8; 32]> = bytes
        .map(TryInto::try_into)
        .transpose()
        .map_err(|_| WRONG)?;
    Ok(bytes.map(Link::from_bytes))
}

const WRONG: Flaw = Flaw::Damaged("a link has the wrong length");

/// A word as its columns hold it.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) entry: i64,
    pub(crate) place: Vec<u8>,
    pub(crate) scope: PreferenceScope,
    pub(crate) word: Word,
    pub(crate) source: String,
    pub(crate) wording: Option<String>,
    pub(crate) at: DateTime<Utc>,
    pub(crate) link: Option<Link>,
}

/// A page of the words that a statement brought: one more than the limit where there are more.
pub(crate) fn page(
    mut kept: Vec<Kept>,
    limit: u32,
    key: &HashKey,
) -> Result<Page<(SealedWord, Option<Link>)>, Flaw> {
    let more = kept.len() > limit as usize;
    kept.truncate(limit as usize);
    let last = kept.last().filter(|_| more);
    let next = last.map(|it| Cursor::new(it.entry.to_string()));
    let items: Result<_, Flaw> = kept.into_iter().map(|it| sealed(it, key)).collect();
    Ok(Page {
        items: items?,
        next,
    })
}

fn sealed(it: Kept, key: &HashKey) -> Result<(SealedWord, Option<Link>), Flaw> {
    let word = SealedWord {
        of: wire::pseudonym(&it.place, key)?,
        scope: it.scope,
        word: it.word,
        source: it.source,
        wording: it.wording,
        at: it.at,
    };
    Ok((word, it.link))
}
