//! One action meant for one person once: the row of the ledger, from planned to its end.
//!
//! Everything here is pure. [`Standing::after`] is the one table of transitions; stores apply it
//! and never decide by themselves.
//!
//! ```text
//!            ┌── later: limit, quiet hours, definite "not accepted" ──┐
//!            ▼                                                        │
//! plan ─► scheduled ───begin───► sending ───accept───► accepted       │
//!            │                     │  ├── retry ──────────────────────┘
//!            │                     │  ├── reject ────► failed
//!            │                     │  └── doubt ─────► resend ──begin──► sending …
//!            │                     │                └► unknown ──confirm──► accepted
//!            └── withdraw ─► suppressed │ expired │ cancelled │ capped │ failed │ dead
//!                            (from resend: unknown, because it may have arrived)
//! ```

mod doubt;
mod hash;
mod key;
mod planned;
mod reason;
mod reference;
mod settlement;
mod standing;
mod tombstone;
mod view;

pub use doubt::{Doubt, Promise, in_doubt};
pub use hash::{AddressHash, HashKey, Subject};
pub use key::{DispatchId, DispatchKey};
pub use planned::{Dispatch, Planned, Ticket};
pub use reason::Reason;
pub use reference::DispatchRef;
pub use settlement::{Candidate, Outcome, Ready, Settlement, Verdict};
pub use standing::{Change, End, Hold, Standing, State, Transition};
pub use view::DispatchView;

/// How many claims may lead nowhere before a dispatch is given up as poison.
pub const MOST_CLAIMS: u32 = 3;

/// How many times a dispatch may begin.
pub const MOST_ATTEMPTS: u32 = 6;

/// How long a dispatch whose campaign has spent its budget waits before it asks again, in minutes.
pub const BUDGET_AGAIN_MINS: i64 = 60;

/// After how many minutes a dispatch asks again whose campaign with a budget was changed meanwhile.
pub const CHANGED_AGAIN_MINS: i64 = 1;
