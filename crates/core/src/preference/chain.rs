//! Every word hangs on all words before it, so that none can be changed or taken out unseen.

use std::fmt;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::{PreferenceScope, Word};
use crate::{HashKey, PreferenceEntry};

/// The link of a word to all words before it in the same store.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Link([u8; 32]);

/// A recorded word as the books show it: whose it is cannot be told from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedWord {
    /// Whose word it is, as [`HashKey::pseudonym`] gives it.
    pub of: [u8; 16],
    /// What it speaks of.
    pub scope: PreferenceScope,
    /// What it says.
    pub word: Word,
    /// How it came.
    pub source: String,
    /// The version of the text that the person agreed to.
    pub wording: Option<String>,
    /// When it was recorded.
    pub at: DateTime<Utc>,
}

impl SealedWord {
    /// A word, sealed with the key of its store.
    #[must_use]
    pub fn of(entry: &PreferenceEntry, key: &HashKey) -> Self {
        let said = &entry.preference;
        Self {
            of: key.pseudonym(&said.subject),
            scope: said.scope.clone(),
            word: said.word,
            source: said.source.clone(),
            wording: said.wording.clone(),
            at: entry.at,
        }
    }

    /// The link that it hangs on the chain with.
    ///
    /// SHA-256 (FIPS 180-4) over the link before it, if there is one, and its parts, each with its
    /// length; its instant in microseconds.
    ///
    /// ```
    /// # use pregon_core::{HashKey, Preference, PreferenceEntry, PreferenceScope, SealedWord};
    /// # use pregon_core::{CustomerId, Subject, Word};
    /// let said = Preference {
    ///     subject: Subject::Customer(CustomerId::new("C-1")?),
    ///     scope: PreferenceScope::promotional(),
    ///     word: Word::OptOut,
    ///     source: "form".to_owned(),
    ///     wording: None,
    /// };
    /// let entry = PreferenceEntry { preference: said, at: chrono::DateTime::UNIX_EPOCH };
    /// let sealed = SealedWord::of(&entry, &HashKey::new([7; 32]));
    /// let first = sealed.link(None);
    /// assert_ne!(sealed.link(Some(first)), first, "it hangs on what was before");
    /// # Ok::<(), pregon_core::IdError>(())
    /// ```
    #[must_use]
    pub fn link(&self, previous: Option<Link>) -> Link {
        let channel = self.scope.channel.as_ref().map_or("", |it| it.as_str());
        let word: &[u8] = match self.word {
            Word::OptOut => b"out",
            Word::OptIn => b"in",
        };
        let at = self.at.timestamp_micros().to_be_bytes();
        let previous = previous.map_or([0; 32], |link| link.0);
        let mut hash = Sha256::new().chain_update(previous);
        for part in [
            self.of.as_slice(),
            channel.as_bytes(),
            self.scope.purpose.as_str().as_bytes(),
            word,
            self.source.as_bytes(),
            at.as_slice(),
        ] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        // Last, with a mark of its own: none is not an empty one.
        if let Some(wording) = &self.wording {
            hash.update(b"w");
            hash.update(wording.as_bytes());
        }
        Link(hash.finalize().into())
    }
}

impl Link {
    /// The link that a store kept.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes that a store keeps.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", data_encoding::HEXLOWER.encode(&self.0[..4]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ChannelName, Purpose, PurposeScope};

    fn sealed() -> SealedWord {
        SealedWord {
            of: [1; 16],
            scope: PreferenceScope::promotional(),
            word: Word::OptOut,
            source: "form".to_owned(),
            wording: None,
            at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn whatever_is_changed_changes_the_link() {
        let changes: [fn(&mut SealedWord); 8] = [
            |it| it.of = [2; 16],
            |it| it.scope.channel = Some(ChannelName::new("sms").unwrap()),
            |it| it.scope.purpose = PurposeScope::One(Purpose::new("birthday").unwrap()),
            |it| it.word = Word::OptIn,
            |it| it.source = "sms_stop".to_owned(),
            |it| it.wording = Some("v1".to_owned()),
            |it| it.wording = Some(String::new()),
            |it| it.at += chrono::Duration::microseconds(1),
        ];
        let mut links = vec![
            sealed().link(None),
            sealed().link(Some(sealed().link(None))),
        ];
        for change in changes {
            let mut word = sealed();
            change(&mut word);
            links.push(word.link(None));
        }
        let all = links.len();
        links.sort_unstable_by_key(|link| link.0);
        links.dedup();
        assert_eq!(links.len(), all);
    }

    /// Ledgers keep it.
    #[test]
    fn the_link_is_pinned() {
        assert_eq!(format!("{:?}", sealed().link(None)), "23a80e70");
    }
}
