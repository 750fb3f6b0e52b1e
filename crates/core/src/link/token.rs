//! The text of a token.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use thiserror::Error;

use super::{LinkKey, LinkKeys};
use crate::DispatchRef;

/// The most characters of a token: beyond it nothing is looked at.
const MOST_CHARS: usize = 96;
/// How many bytes of the signature a token carries: 128 bits.
const SIGNATURE_BYTES: usize = 16;

/// What a link is for. A token for one of them opens no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkUse<'a> {
    /// To refuse this kind of message.
    Unsubscribe,
    /// To see and change what may be written to the person.
    Preferences,
    /// The pixel that is fetched when the message is shown.
    Open,
    /// To follow a link of the message to this target, and to no other.
    Click(&'a str),
}

impl<'a> LinkUse<'a> {
    /// What is signed beside the dispatch: the use by a word that no other has, and the target.
    fn parts(self) -> [&'a str; 2] {
        match self {
            Self::Unsubscribe => ["unsubscribe", ""],
            Self::Preferences => ["preferences", ""],
            Self::Open => ["open", ""],
            Self::Click(target) => ["click", target],
        }
    }
}

/// Why a text is no token of ours. It never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TokenError {
    /// It is not written as a token.
    #[error("not written as a token")]
    Shape,
    /// It is of a form that this program does not know.
    #[error("a token of an unknown version")]
    Version,
    /// The key that it names is not among ours.
    #[error("a token under an unknown key")]
    Key,
    /// Its signature is not ours, or was made for another use.
    #[error("a token with a wrong signature")]
    Signature,
}

impl LinkKeys {
    /// The token of a dispatch for a use.
    ///
    /// HMAC-SHA-256 (RFC 2104) over use, dispatch and target, each with its length before it, first
    /// 16 bytes.
    #[must_use]
    pub fn sign(&self, r#use: LinkUse<'_>, name: &DispatchRef) -> String {
        let name = name.to_string();
        let signature = fed(&self.current, r#use, &name).finalize().into_bytes();
        let signature = data_encoding::BASE32_NOPAD.encode(&signature[..SIGNATURE_BYTES]);
        let signature = signature.to_lowercase();
        format!("v1.{}.{name}.{signature}", self.current.name())
    }

    /// The dispatch of a token that was signed for this use, under the key of now or an older one.
    /// Signatures are compared in constant time.
    ///
    /// # Errors
    /// When the text is anything but such a token.
    pub fn verify(&self, r#use: LinkUse<'_>, token: &str) -> Result<DispatchRef, TokenError> {
        let (key, name, signature) = split(token)?;
        let mut keys = self.named(key).peekable();
        if keys.peek().is_none() {
            return Err(TokenError::Key);
        }
        let text = name.to_string();
        let mut ours = keys.map(|key| fed(key, r#use, &text).verify_truncated_left(&signature));
        match ours.any(|checked| checked.is_ok()) {
            true => Ok(name),
            false => Err(TokenError::Signature),
        }
    }
}

fn fed(key: &LinkKey, r#use: LinkUse<'_>, name: &str) -> Hmac<Sha256> {
    let [word, target] = r#use.parts();
    let mut mac = key.begin();
    for part in ["pregon link v1", word, name, target] {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part.as_bytes());
    }
    mac
}

/// Key, dispatch and signature as a token writes them, and in no other way.
fn split(token: &str) -> Result<(&str, DispatchRef, [u8; SIGNATURE_BYTES]), TokenError> {
    let shape = TokenError::Shape;
    if token.len() > MOST_CHARS {
        return Err(shape);
    }
    let (version, rest) = token.split_once('.').ok_or(shape)?;
    if version != "v1" {
        let digits = version.strip_prefix('v').unwrap_or_default();
        let is_later = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        return Err(if is_later { TokenError::Version } else { shape });
    }
    let (key, rest) = rest.split_once('.').ok_or(shape)?;
    let (name, signature) = rest.rsplit_once('.').ok_or(shape)?;
    // Capitals are taken elsewhere, and leading zeros: here one dispatch has one text.
    let known = DispatchRef::parse(name).filter(|known| known.to_string() == name);
    if signature.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(shape);
    }
    let signature = data_encoding::BASE32_NOPAD.decode(signature.to_ascii_uppercase().as_bytes());
    let signature = signature.ok().and_then(|bytes| bytes.try_into().ok());
    Ok((key, known.ok_or(shape)?, signature.ok_or(shape)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{DispatchId, HashKey};

    const TARGET: &str = "https://example.org/a?b=c";
    const USES: [LinkUse<'_>; 4] = [
        LinkUse::Unsubscribe,
        LinkUse::Preferences,
        LinkUse::Open,
        LinkUse::Click(TARGET),
    ];

    fn keys(byte: u8) -> LinkKeys {
        LinkKeys::of(&HashKey::new([byte; 32]))
    }

    fn name(byte: u8, row: i64) -> DispatchRef {
        let id = DispatchId::from_bytes([byte; 16]);
        DispatchRef { id, row }
    }

    /// Mails keep it for years.
    #[test]
    fn the_token_is_pinned() {
        let token = keys(7).sign(LinkUse::Unsubscribe, &name(7, 31));
        assert_eq!(token, PINNED);
    }
    /// Computed with the Python standard library.
    const PINNED: &str = "v1.qanv.a4dqobyha4dqobyha4dqobyha4.31.h6dwtbqflj2me2laqqjzjcwas4";

    #[test]
    fn a_token_holds_for_one_use_and_one_target() {
        let (keys, name) = (keys(1), name(3, 9));
        for made in USES {
            let token = keys.sign(made, &name);
            for asked in USES {
                let answer = keys.verify(asked, &token);
                let expected = if made == asked {
                    Ok(name)
                } else {
                    Err(TokenError::Signature)
                };
                assert_eq!(answer, expected, "{made:?} as {asked:?}");
            }
        }
        let token = keys.sign(LinkUse::Click(TARGET), &name);
        let other = LinkUse::Click("https://example.com/a?b=c");
        assert_eq!(keys.verify(other, &token), Err(TokenError::Signature));
    }

    #[test]
    fn c5_keys_overlap_and_end() {
        let [old, new] = [1, 2].map(|byte| LinkKey::new([byte; 32]));
        let before = LinkKeys::new(old.clone());
        let token = before.sign(LinkUse::Unsubscribe, &name(3, 1));
        let both = LinkKeys::new(new.clone()).with_older(old);
        assert_eq!(both.verify(LinkUse::Unsubscribe, &token), Ok(name(3, 1)));
        let only_new = LinkKeys::new(new);
        let answer = only_new.verify(LinkUse::Unsubscribe, &token);
        assert_eq!(answer, Err(TokenError::Key));
    }

    #[test]
    fn another_text_of_a_token_is_none() {
        let token = keys(1).sign(LinkUse::Unsubscribe, &name(3, 7));
        let parts: Vec<&str> = token.split('.').collect();
        let (head, tail) = (parts[..3].join("."), parts[4]);
        for other in [
            token.to_uppercase(),
            format!(" {token}"),
            format!("{token}\n"),
            format!("{token}."),
            format!("{head}.07.{tail}"),
            format!("{head}.+7.{tail}"),
            format!("{head}.7.{}", tail.to_uppercase()),
            format!("{head}.7.{tail}===="),
            format!("{head}.7.{}", &tail[1..]),
            format!("{head}.7..{tail}"),
            "v1".to_owned(),
            "v1....".to_owned(),
            String::new(),
            ".".repeat(200),
            token.repeat(2),
        ] {
            let answer = keys(1).verify(LinkUse::Unsubscribe, &other);
            assert_eq!(answer, Err(TokenError::Shape), "{other:?}");
        }
        let later = token.replacen("v1", "v2", 1);
        let answer = keys(1).verify(LinkUse::Unsubscribe, &later);
        assert_eq!(answer, Err(TokenError::Version));
    }

    #[test]
    fn no_log_shows_a_key() {
        let shown = format!("{:?}", keys(7));
        assert!(shown.contains("***") && !shown.contains("Hmac"), "{shown}");
    }

    proptest! {
        /// B9: nothing in it needs an escape in a URL, a header or a subject.
        #[test]
        fn b9_a_token_is_safe_wherever_it_stands(id: [u8; 16], row in 0..=i64::MAX, key: [u8; 32]) {
            let keys = LinkKeys::new(LinkKey::new(key));
            let name = DispatchRef { id: DispatchId::from_bytes(id), row };
            for r#use in USES {
                let token = keys.sign(r#use, &name);
                let safe = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.';
                prop_assert!(token.len() <= 81 && token.chars().all(safe), "{}", token);
                prop_assert_eq!(keys.verify(r#use, &token), Ok(name));
            }
        }

        #[test]
        fn any_text_has_an_answer(
            text in ".{0,120}",
            bytes in proptest::collection::vec(any::<u8>(), 0..120),
        ) {
            let keys = keys(1);
            prop_assert!(keys.verify(LinkUse::Unsubscribe, &text).is_err());
            let text = String::from_utf8_lossy(&bytes);
            prop_assert!(keys.verify(LinkUse::Click(&text), &text).is_err());
        }

        #[test]
        fn every_flipped_bit_is_seen(at in 0_usize..81, bit in 0_u8..7) {
            let token = keys(1).sign(LinkUse::Unsubscribe, &name(3, i64::MAX));
            let mut bytes = token.into_bytes();
            bytes[at] ^= 1 << bit;
            let text = String::from_utf8(bytes).unwrap();
            prop_assert!(keys(1).verify(LinkUse::Unsubscribe, &text).is_err());
        }
    }
}
