//! Where the types that the generated code names are found.

use proc_macro_crate::{FoundCrate, crate_name};
use proc_macro2::{Ident, Span};
use syn::{Error, Path, Result, parse_quote};

/// The facade when the package being compiled depends on it, else the core.
pub(crate) fn found() -> Result<Path> {
    for package in ["pregon", "pregon-core"] {
        let name = match crate_name(package) {
            Ok(FoundCrate::Name(name)) => name,
            // Its examples, tests and docs name it as others do.
            Ok(FoundCrate::Itself) => package.replace('-', "_"),
            Err(_) => continue,
        };
        let name = Ident::new(&name, Span::call_site());
        return Ok(parse_quote!(::#name));
    }
    // Only this package's tests are compiled in it; what they look at is never built.
    if matches!(crate_name("pregon-derive"), Ok(FoundCrate::Itself)) {
        return Ok(parse_quote!(::pregon_core));
    }
    Err(Error::new(
        Span::call_site(),
        "neither `pregon` nor `pregon-core` is a dependency of this package: \
         add one, or say where it is with `#[attributes(crate = \"…\")]`",
    ))
}
