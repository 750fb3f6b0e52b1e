//! An enum without fields: a closed set of texts.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt as _;
use syn::{DataEnum, DeriveInput, Error, Fields, Path, Result};

use crate::options::{Container, VariantOptions};

/// `AttributeValue` and `Cell: From` for the enum.
pub(crate) fn expand(
    input: &DeriveInput,
    data: &DataEnum,
    container: &Container,
    home: &Path,
) -> Result<TokenStream> {
    let own = &input.ident;
    let texts = texts(data, container)?;
    let arms = data.variants.iter().zip(&texts).map(|(variant, text)| {
        let ident = &variant.ident;
        match text {
            Some(text) => quote!(#own::#ident => #home::Cell::Text(#text)),
            None => quote!(#own::#ident => #home::Cell::Missing),
        }
    });
    let arms: Vec<TokenStream> = arms.collect();
    let texts: Vec<&String> = texts.iter().flatten().collect();
    if texts.is_empty() {
        let why = "a closed set has at least one variant with a text";
        return Err(Error::new(own.span(), why));
    }
    let (generics, arguments, clause) = input.generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #generics #home::AttributeValue for #own #arguments #clause {
            fn attribute_type() -> #home::AttributeType {
                #home::AttributeType::Choice(::std::collections::BTreeSet::from([
                    #(::std::string::String::from(#texts)),*
                ]))
            }
            fn cell(&self) -> #home::Cell<'_> {
                match self {
                    #(#arms,)*
                }
            }
        }
        #[automatically_derived]
        impl #generics ::core::convert::From<#own #arguments> for #home::Cell<'_> #clause {
            fn from(value: #own #arguments) -> Self {
                match value {
                    #(#arms,)*
                }
            }
        }
    })
}

/// The text of each variant; nothing for one that stands for no value.
fn texts(data: &DataEnum, container: &Container) -> Result<Vec<Option<String>>> {
    let mut texts: Vec<Option<String>> = Vec::new();
    for variant in &data.variants {
        let ident = &variant.ident;
        if !matches!(variant.fields, Fields::Unit) {
            let why = "a closed set of texts has variants without fields";
            return Err(Error::new(ident.span(), why));
        }
        let options = VariantOptions::of(&variant.attrs)?;
        if options.missing.is_some() {
            texts.push(None);
            continue;
        }
        let text = match (&options.rename, container.rename_all) {
            (Some(text), _) => text.value(),
            (None, Some(case)) => case.of_variant(&ident.unraw().to_string()),
            (None, None) => ident.unraw().to_string(),
        };
        if texts.iter().flatten().any(|other| *other == text) {
            let why = format!("another variant is {text:?} already");
            return Err(Error::new(ident.span(), why));
        }
        texts.push(Some(text));
    }
    Ok(texts)
}
