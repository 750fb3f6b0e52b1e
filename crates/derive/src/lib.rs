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

// The core runs the examples: a macro is built for the compiler, and whatever its own examples used
// would be built once more for that.
#[cfg_attr(not(doctest), doc = include_str!("attributes.md"))]
#[cfg_attr(doctest, doc = "Makes attributes of a struct's fields.")]
#[proc_macro_derive(Attributes, attributes(attribute, attributes))]
pub fn attributes(input: TokenStream) -> TokenStream {
    let expanded = syn::parse(input).and_then(|input| expand::expand(&input));
    expanded
        .unwrap_or_else(|error| error.into_compile_error())
        .into()
}
