//! A struct: attributes by name, or one value.

use std::collections::BTreeMap;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned;
use syn::{
    DeriveInput, Error, Field, FieldsNamed, FieldsUnnamed, Generics, LitStr, Path, Result, Type,
    parse_quote,
};

use crate::kind;
use crate::name::is_attribute_name;
use crate::options::{Container, FieldOptions, Reading};

/// `HasAttributes` for a struct with named fields.
pub(crate) fn named(
    input: &DeriveInput,
    fields: &FieldsNamed,
    container: &Container,
    home: &Path,
) -> Result<TokenStream> {
    // Sorted by bytes, as the schema sorts them.
    let mut attributes: BTreeMap<String, Attribute> = BTreeMap::new();
    let mut errors: Option<Error> = None;
    for field in &fields.named {
        match attribute(field, container, home, &attributes) {
            Ok(Some((name, attribute))) => {
                attributes.insert(name, attribute);
            }
            Ok(None) => {}
            Err(error) => match &mut errors {
                Some(errors) => errors.combine(error),
                None => errors = Some(error),
            },
        }
    }
    if let Some(errors) = errors {
        return Err(errors);
    }
    let ident = &input.ident;
    if attributes.is_empty() {
        let why = "no field of the struct is an attribute";
        return Err(Error::new(ident.span(), why));
    }
    let generics = bounded(&input.generics, home);
    let (generics, arguments, clause) = generics.split_for_impl();
    let names = attributes.keys();
    let types = attributes.values().map(|attribute| &attribute.r#type);
    let cells = attributes.values().map(|attribute| &attribute.cell);
    let count = attributes.len();
    Ok(quote! {
        #[automatically_derived]
        impl #generics #home::HasAttributes for #ident #arguments #clause {
            fn schema() -> ::core::result::Result<#home::Schema, #home::NameError> {
                let mut schema = #home::Schema::new();
                #(schema.insert(#names, #types)?;)*
                ::core::result::Result::Ok(schema)
            }
            fn cells(&self) -> impl ::core::iter::IntoIterator<Item = #home::Cell<'_>> {
                let cells: [#home::Cell<'_>; #count] = [#(#cells),*];
                cells
            }
        }
    })
}

/// `AttributeValue` for a struct of one unnamed field.
pub(crate) fn single(
    input: &DeriveInput,
    fields: &FieldsUnnamed,
    container: &Container,
    home: &Path,
) -> Result<TokenStream> {
    let ident = &input.ident;
    let mut own = fields.unnamed.iter();
    let (Some(field), None) = (own.next(), own.next()) else {
        let why = "fields without names have no attributes, unless there is just one";
        return Err(Error::new(ident.span(), why));
    };
    let options = FieldOptions::of(&field.attrs)?;
    if container.rename_all.is_some() || options.rename.is_some() {
        let why = "a struct of one unnamed field is a value; the field that holds it has a name";
        return Err(Error::new(field.span(), why));
    }
    if matches!(options.reading, Some(Reading::Skip)) {
        let why = "without its one field the struct has no value";
        return Err(Error::new(field.span(), why));
    }
    let Attribute { r#type, cell } = read(field, &quote!(0), options.reading.as_ref(), home)?;
    let generics = bounded(&input.generics, home);
    let (generics, arguments, clause) = generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #generics #home::AttributeValue for #ident #arguments #clause {
            fn attribute_type() -> #home::AttributeType {
                #r#type
            }
            fn cell(&self) -> #home::Cell<'_> {
                #cell
            }
        }
    })
}

/// Expressions: the type of an attribute, and its value of `self`.
struct Attribute {
    r#type: TokenStream,
    cell: TokenStream,
}

/// The attribute that a field is, with its name; nothing for one that is skipped.
fn attribute(
    field: &Field,
    container: &Container,
    home: &Path,
    others: &BTreeMap<String, Attribute>,
) -> Result<Option<(String, Attribute)>> {
    let options = FieldOptions::of(&field.attrs)?;
    if matches!(options.reading, Some(Reading::Skip)) {
        return Ok(None);
    }
    let ident = field.ident.as_ref().expect("the fields have names");
    let own = ident.unraw().to_string();
    let (name, span) = match (&options.rename, container.rename_all) {
        (Some(name), _) => (name.value(), name.span()),
        (None, Some(case)) => (case.of_field(&own), ident.span()),
        (None, None) => (own, ident.span()),
    };
    if !is_attribute_name(&name) {
        let why = format!(
            "{name:?} is not an attribute name: a letter, then letters, digits and _, parts \
             joined by a dot"
        );
        return Err(Error::new(span, why));
    }
    if others.contains_key(&name) {
        let why = format!("another field is the attribute {name:?} already");
        return Err(Error::new(span, why));
    }
    let attribute = read(
        field,
        &ident.to_token_stream(),
        options.reading.as_ref(),
        home,
    )?;
    Ok(Some((name, attribute)))
}

/// How a field is read.
fn read(
    field: &Field,
    member: &TokenStream,
    reading: Option<&Reading>,
    home: &Path,
) -> Result<Attribute> {
    let r#type = &field.ty;
    // What the compiler says points at the type; names mean what they mean here.
    let span = r#type.span().resolved_at(Span::call_site());
    if let Some(Reading::With(function)) = reading {
        return Ok(with(r#type, member, function, home));
    }
    let inner = kind::inner(r#type);
    if let Some(why) = kind::why_not(inner) {
        return Err(Error::new(span, why));
    }
    let cell = quote_spanned!(span=> #home::AttributeValue::cell(&self.#member));
    match reading {
        Some(Reading::MinorUnits(digits)) => minor_units(inner, span, &cell, *digits, home),
        Some(Reading::Choices(texts)) => choices(inner, span, cell, texts, home),
        _ => Ok(Attribute {
            r#type: quote_spanned!(span=> <#r#type as #home::AttributeValue>::attribute_type()),
            cell,
        }),
    }
}

/// A whole number of so many digits behind the point.
fn minor_units(
    inner: &Type,
    span: Span,
    cell: &TokenStream,
    digits: u8,
    home: &Path,
) -> Result<Attribute> {
    if kind::is_no_whole_number(inner) {
        let why = "minor units are counted by a whole number, such as `i64`";
        return Err(Error::new(span, why));
    }
    let of = quote_spanned!(span=> minor_units::<#inner>());
    Ok(Attribute {
        r#type: quote! {{
            fn minor_units<T: ::core::convert::Into<i64>>() -> #home::AttributeType {
                #home::AttributeType::Decimal
            }
            #of
        }},
        cell: quote! {
            match #cell {
                #home::Cell::Integer(units) => #home::Cell::Units(units, #digits),
                other => other,
            }
        },
    })
}

/// A text of a closed set.
fn choices(
    inner: &Type,
    span: Span,
    cell: TokenStream,
    texts: &[LitStr],
    home: &Path,
) -> Result<Attribute> {
    if kind::is_no_text(inner) {
        return Err(Error::new(span, "choices are texts, such as `String`"));
    }
    let of = quote_spanned!(span=> choices::<#inner>());
    Ok(Attribute {
        r#type: quote! {{
            fn choices<T: ::core::convert::AsRef<str> + ?Sized>() -> #home::AttributeType {
                #home::AttributeType::Choice(::std::collections::BTreeSet::from([
                    #(::std::string::String::from(#texts)),*
                ]))
            }
            #of
        }},
        cell,
    })
}

/// What a function makes of the field.
fn with(r#type: &Type, member: &TokenStream, function: &Path, home: &Path) -> Attribute {
    Attribute {
        r#type: quote! {{
            fn made<'a, T: 'a, V: #home::AttributeValue>(
                _: impl ::core::ops::Fn(&'a T) -> V,
            ) -> #home::AttributeType {
                V::attribute_type()
            }
            made::<#r#type, _>(#function)
        }},
        cell: quote!(#home::Cell::from(#function(&self.#member))),
    }
}

/// A type of one's own that the struct is over must be an attribute's.
fn bounded(generics: &Generics, home: &Path) -> Generics {
    let mut generics = generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(parse_quote!(#home::AttributeValue));
    }
    generics
}
