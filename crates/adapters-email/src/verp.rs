//! An address of its own for the bounces of each mail.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use pregon_core::{DispatchRef, HashKey};

/// What begins the local part of every such address.
const PREFIX: &str = "b+";
/// How many bytes of the proof stand in it: with the name it must fit in 64 characters.
const PROOF_BYTES: usize = 8;

/// The domain that bounces go to is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("bounces go to a domain such as bounces.example.org, in plain ASCII")]
pub struct VerpError;

/// Writes and reads the addresses that bounces go to: `b+NAME.PROOF@bounces.example.org`, where
/// NAME is the name of the dispatch and PROOF shows that we wrote it.
///
/// A bounce that comes to such an address is about that one mail, whatever stands in it. The
/// addresses of all mails must arrive in one mailbox; the sender that people see stays as it is.
///
/// ```
/// # use pregon_core::{DispatchId, DispatchRef, HashKey};
/// use pregon_adapters_email::Verp;
/// let verp = Verp::new("bounces.example.org", HashKey::new([7; 32]))?;
/// let name = DispatchRef { id: DispatchId::from_bytes([7; 16]), row: 31 };
/// let address = verp.address(name);
/// assert!(address.starts_with("b+a4dqobyha4dqobyha4dqobyha4.31."));
/// assert_eq!(verp.read(&address.to_uppercase()), Some(name), "capitals do not matter");
/// assert_eq!(verp.read(&address.replace(".31.", ".32.")), None, "the proof is another's");
/// # Ok::<(), pregon_adapters_email::VerpError>(())
/// ```
#[derive(Clone)]
pub struct Verp {
    domain: String,
    key: HashKey,
}

impl Verp {
    /// Takes the domain that bounces go to, and the key of the store.
    ///
    /// # Errors
    /// When the domain cannot be one.
    pub fn new(domain: &str, key: HashKey) -> Result<Self, VerpError> {
        let sign = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let label = |label: &str| (1..=63).contains(&label.len()) && label.chars().all(sign);
        // The whole of a path has at most 254 characters.
        if domain.len() > 180 || !domain.contains('.') || !domain.split('.').all(label) {
            return Err(VerpError);
        }
        let domain = domain.to_ascii_lowercase();
        Ok(Self { domain, key })
    }

    /// The address for the bounces of one mail.
    #[must_use]
    pub fn address(&self, name: DispatchRef) -> String {
        let proof = BASE32_NOPAD.encode(&self.proof(name)).to_ascii_lowercase();
        format!("{PREFIX}{name}.{proof}@{}", self.domain)
    }

    /// The mail whose bounces go to an address; `None` when we did not write it.
    #[must_use]
    pub fn read(&self, address: &str) -> Option<DispatchRef> {
        let (local, domain) = address.rsplit_once('@')?;
        if !domain.eq_ignore_ascii_case(&self.domain) {
            return None;
        }
        let local = local.to_ascii_lowercase();
        let (name, proof) = local.strip_prefix(PREFIX)?.rsplit_once('.')?;
        let name = DispatchRef::parse(name)?;
        let given = BASE32_NOPAD
            .decode(proof.to_ascii_uppercase().as_bytes())
            .ok()?;
        let proof = self.proof(name);
        // Every byte is looked at, so that the time does not tell how many of them were right.
        let pairs = proof.iter().zip(&given);
        let differences = pairs.fold(0, |all, (ours, given)| all | (ours ^ given));
        (given.len() == proof.len() && differences == 0).then_some(name)
    }

    fn proof(&self, name: DispatchRef) -> [u8; PROOF_BYTES] {
        let hash = self.key.address("verp", &name.to_string());
        let mut proof = [0; PROOF_BYTES];
        proof.copy_from_slice(&hash.as_bytes()[..PROOF_BYTES]);
        proof
    }
}

impl fmt::Debug for Verp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verp")
            .field("domain", &self.domain)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pregon_core::DispatchId;
    use proptest::prelude::*;

    fn verp() -> Verp {
        Verp::new("bounces.example.org", HashKey::new([7; 32])).unwrap()
    }

    fn name(byte: u8, row: i64) -> DispatchRef {
        let id = DispatchId::from_bytes([byte; 16]);
        DispatchRef { id, row }
    }

    #[test]
    fn the_longest_fits_in_a_local_part() {
        let address = verp().address(name(255, i64::MAX));
        let (local, _) = address.split_once('@').unwrap();
        assert!(local.len() <= 64, "{local}");
        assert_eq!(verp().read(&address), Some(name(255, i64::MAX)));
    }

    #[test]
    fn what_we_did_not_write_is_not_read() {
        let address = verp().address(name(7, 31));
        let other = Verp::new("bounces.example.org", HashKey::new([8; 32])).unwrap();
        assert_eq!(other.read(&address), None, "another's key");
        let short = &address.replace('@', "");
        let (local, domain) = address.split_once('@').unwrap();
        for wrong in [
            "",
            "@",
            "b+@bounces.example.org",
            "ana@bounces.example.org",
            short,
            local,
            &format!("{local}@example.org"),
            &format!("{}@{domain}", &local[..local.len() - 1]),
            &format!("{local}a@{domain}"),
            &format!("x{local}@{domain}"),
        ] {
            assert_eq!(verp().read(wrong), None, "{wrong}");
        }
        for bit in 0..local.len() * 8 {
            let mut bytes = local.as_bytes().to_vec();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let Ok(flipped) = String::from_utf8(bytes) else {
                continue;
            };
            if !flipped.eq_ignore_ascii_case(local) {
                assert_eq!(
                    verp().read(&format!("{flipped}@{domain}")),
                    None,
                    "{flipped}"
                );
            }
        }
    }

    #[test]
    fn domains_that_are_none() {
        for domain in [
            "",
            "localhost",
            "a b.co",
            "a..co",
            "ñ.co",
            "a@b.co",
            &"a.".repeat(99),
        ] {
            assert!(
                Verp::new(domain, HashKey::new([7; 32])).is_err(),
                "{domain}"
            );
        }
        assert!(!format!("{:?}", verp()).contains('7'));
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "\\PC{0,80}", row in 0i64..) {
            let _ = verp().read(&text);
            let _ = verp().read(&format!("b+{text}@bounces.example.org"));
            let name = name(3, row);
            prop_assert_eq!(verp().read(&verp().address(name)), Some(name));
        }
    }
}
