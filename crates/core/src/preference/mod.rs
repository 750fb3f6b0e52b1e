//! What people allow and refuse: append-only, with who, when, how and which wording.

mod chain;
mod entry;

pub use chain::{Link, SealedWord};
pub use entry::{
    Consent, Preference, PreferenceEntry, PreferenceScope, PurposeScope, Recorded, Word,
};
