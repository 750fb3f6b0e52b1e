//! What a server offers beyond the first SMTP.

use super::reply::Heard;

/// The extensions that we use, as the answer to EHLO names them.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Offers {
    pub(super) starttls: bool,
    /// Several commands may be sent at once (RFC 2920).
    pub(super) pipelining: bool,
    /// Addresses that are not ASCII (RFC 6531).
    pub(super) smtputf8: bool,
    pub(super) plain: bool,
    pub(super) login: bool,
}

impl Offers {
    /// The first line is the server's name.
    pub(super) fn of(heard: &Heard) -> Self {
        let mut offers = Self::default();
        for line in heard.lines().skip(1) {
            let mut words = line.split_ascii_whitespace();
            let name = words.next().unwrap_or_default();
            let is = |known: &str| name.eq_ignore_ascii_case(known);
            offers.starttls |= is("STARTTLS");
            offers.pipelining |= is("PIPELINING");
            offers.smtputf8 |= is("SMTPUTF8");
            if is("AUTH") {
                for way in words {
                    offers.plain |= way.eq_ignore_ascii_case("PLAIN");
                    offers.login |= way.eq_ignore_ascii_case("LOGIN");
                }
            }
        }
        offers
    }
}
