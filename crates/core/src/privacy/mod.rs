//! What a store has of a person, for whoever asks for it.

mod export;

pub use export::{Export, ExportedAudience, ExportedDispatch, ExportedWord, export};
