//! The secret of a store.

use pregon_core::HashKey;

use super::flaw::Flaw;

/// The secret of a new store: the one that is given, or one that nobody knows.
pub(crate) fn new(given: Option<&HashKey>) -> Result<HashKey, Flaw> {
    if let Some(given) = given {
        return Ok(given.clone());
    }
    Ok(HashKey::new(random()?))
}

/// Bytes that nobody knows.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Flaw> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Flaw::Randomness)?;
    Ok(bytes)
}

/// The secret that a store keeps.
pub(crate) fn read(bytes: &[u8]) -> Result<HashKey, Flaw> {
    let bytes = <[u8; 32]>::try_from(bytes);
    let bytes = bytes.map_err(|_| Flaw::Damaged("the hash key has a wrong length"))?;
    Ok(HashKey::new(bytes))
}

/// Checks that the secret that is given, if any is, is the one that the store keeps.
pub(crate) fn check(kept: &HashKey, given: Option<&HashKey>) -> Result<(), Flaw> {
    let same = given.is_none_or(|given| given == kept);
    same.then_some(()).ok_or(Flaw::OtherHashKey)
}
