//! The pages behind the links of Pregón's messages, for a host to mount on its own routes:
//! unsubscribe, preference centre, and, where a host wants it, opens and clicks.
//!
//! Nothing here listens, keeps a session or needs a framework: a [`Request`] is plain values, a
//! [`Response`] too, and [`Centre::handle`] makes one of the other. `examples/unsubscribe_axum.rs`
//! of the facade mounts it in twenty lines.
//!
//! | path | method | does |
//! |---|---|---|
//! | `…/u/{token}` | GET, HEAD | shows what would be refused, and a button |
//! | `…/u/{token}` | POST | refuses: the button's form, and one click of RFC 8058 |
//! | `…/p/{token}` | GET, HEAD | shows channels and purposes with their boxes |
//! | `…/p/{token}` | POST | records what the boxes say |
//! | `…/o/{token}` | GET | a pixel; the message was opened |
//! | `…/c/{token}?to=…` | GET | leads to the signed target and to no other; a link was followed |
//!
//! **A link that is opened changes nothing.** Programs that guard mailboxes open every link of a
//! message before its person does. So GET and HEAD show, and only POST acts; no page has a script,
//! a cookie or a picture, and nothing but its own button can send its form.
//!
//! **A token speaks for one person and one address**: those of the dispatch that it was signed for.
//! No field of a form names a person. What a form may take back is only what that person could
//! refuse there: see [`Centre`].
//!
//! **Nobody reads a token in a log**: `Debug` of requests and responses hides it, and [`redact`]
//! does it for a host's own access log.
//!
//! [`Tracked`] puts the pixel and the signed links into messages. It is off until a host wraps an
//! action in it, and then it touches promotional mails only, unless told otherwise.
#![deny(missing_docs)]

mod request;
mod response;
mod redact;
mod route;
mod form;
mod language;
mod words;
mod page;
mod choices;
mod machine;
mod centre;
mod tracked;

pub use centre::Centre;
pub use language::Language;
pub use redact::redact;
pub use request::{MOST_BODY_BYTES, Method, Request};
pub use response::Response;
pub use tracked::Tracked;
