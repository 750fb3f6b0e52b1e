//! What people allow and refuse: append-only, with who, when, how and which wording.

mod entry;

pub use entry::{
    Consent, Preference, PreferenceEntry, PreferenceScope, PurposeScope, Recorded, Word,
};
