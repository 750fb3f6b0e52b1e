//! `#[derive(Attributes)]`: a host's own structs as rows that segments can be asked of.
//!
//! The facade `pregon` re-exports it behind its feature `derive`; whoever uses `pregon-core` alone
//! names this crate. See [`macro@Attributes`].
#![deny(missing_docs)]

use proc_macro::TokenStream;

mod expand;
mod record;
mod closed_set;
mod options;
mod kind;
mod name;
mod case;
mod home;

// The core tests what is shown there: a macro is built for the compiler, and whatever its own tests
// used would be built once more for that.
#[doc = include_str!("attributes.md")]
#[proc_macro_derive(Attributes, attributes(attribute, attributes))]
pub fn attributes(input: TokenStream) -> TokenStream {
    let expanded = syn::parse(input).and_then(|input| expand::expand(&input));
    expanded
        .unwrap_or_else(|error| error.into_compile_error())
        .into()
}
