//! Signed links to ourselves: unsubscribe, preferences, opens and clicks. Pure.
//!
//! A token is `v1.` key `.` dispatch `.` row `.` signature: letters and digits in lower case and
//! four dots, which may stand in a URL, a header and the subject of a mail as it is, at most 81
//! characters. It names nobody: dispatch and row lead through the ledger to person, address,
//! channel and purpose, at once and without an index of tokens.
//!
//! **Invariant:** a signature holds for one use ([`LinkUse`]) and, of a click, for one target.
//! **Invariant:** there is one text of a token; every other is a [`TokenError`].
//! **Invariant:** no token expires. Who kept a mail for years can still refuse.

mod key;
mod token;
mod urls;

pub use key::{LinkKey, LinkKeys};
pub use token::{LinkUse, TokenError};
pub use urls::{Links, LinksError};
