//! Which of the three forms the type has.

use proc_macro2::TokenStream;
use syn::{Data, DeriveInput, Error, Fields, Result};

use crate::options::Container;
use crate::{closed_set, home, record};

/// The implementations for a type.
pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let container = Container::of(&input.attrs)?;
    let home = match &container.home {
        Some(home) => home.clone(),
        None => home::found()?,
    };
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => record::named(input, fields, &container, &home),
            Fields::Unnamed(fields) => record::single(input, fields, &container, &home),
            Fields::Unit => refuse(input, "a struct without fields has no attributes"),
        },
        Data::Enum(data) => closed_set::expand(input, data, &container, &home),
        Data::Union(_) => refuse(input, "a union has no attributes: which field is it?"),
    }
}

fn refuse(input: &DeriveInput, why: &str) -> Result<TokenStream> {
    Err(Error::new(input.ident.span(), why))
}

#[cfg(test)]
#[path = "expand/tests.rs"]
mod tests;
