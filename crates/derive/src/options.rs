//! What `#[attributes(…)]` and `#[attribute(…)]` say.

use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Error, LitInt, LitStr, Path, Result, Token, parenthesized};

use crate::case::Case;

/// What is said of the whole type.
#[derive(Default)]
pub(crate) struct Container {
    pub(crate) rename_all: Option<Case>,
    pub(crate) home: Option<Path>,
}

impl Container {
    /// Reads the type's options.
    pub(crate) fn of(attrs: &[Attribute]) -> Result<Self> {
        let mut options = Self::default();
        refuse(
            attrs,
            "attribute",
            "options of the type are written `#[attributes(…)]`",
        )?;
        each(attrs, "attributes", |meta| {
            if meta.path.is_ident("rename_all") {
                let name: LitStr = meta.value()?.parse()?;
                let case = Case::parse(&name.value()).ok_or_else(|| {
                    let names = Case::names();
                    Error::new(
                        name.span(),
                        format!("no way of writing names; there are {names}"),
                    )
                })?;
                once(meta, &mut options.rename_all, case)
            } else if meta.path.is_ident("crate") {
                let path: LitStr = meta.value()?.parse()?;
                once(meta, &mut options.home, path.parse()?)
            } else {
                Err(meta.error("unknown option of a type; there are `rename_all` and `crate`"))
            }
        })?;
        Ok(options)
    }
}

/// What is said of a field.
#[derive(Default)]
pub(crate) struct FieldOptions {
    pub(crate) rename: Option<LitStr>,
    pub(crate) reading: Option<Reading>,
}

/// How a field is read, where it is not read as its type says.
pub(crate) enum Reading {
    /// Not at all.
    Skip,
    /// A whole number of 10^-digits.
    MinorUnits(u8),
    /// A text of a closed set.
    Choices(Vec<LitStr>),
    /// What a function makes of it.
    With(Path),
}

impl FieldOptions {
    /// Reads a field's options.
    pub(crate) fn of(attrs: &[Attribute]) -> Result<Self> {
        let mut options = Self::default();
        refuse(
            attrs,
            "attributes",
            "options of a field are written `#[attribute(…)]`",
        )?;
        each(attrs, "attribute", |meta| {
            if meta.path.is_ident("rename") {
                let name = meta.value()?.parse()?;
                return once(meta, &mut options.rename, name);
            }
            let reading = if meta.path.is_ident("skip") {
                Reading::Skip
            } else if meta.path.is_ident("minor_units") {
                Reading::MinorUnits(digits(&meta.value()?.parse()?)?)
            } else if meta.path.is_ident("choices") {
                Reading::Choices(choices(meta)?)
            } else if meta.path.is_ident("with") {
                Reading::With(meta.value()?.parse()?)
            } else {
                return Err(meta.error(
                    "unknown option of a field; there are `rename`, `skip`, `minor_units`, \
                     `choices` and `with`",
                ));
            };
            if options.reading.is_some() {
                return Err(meta.error(
                    "a field has one of `skip`, `minor_units`, `choices` and `with`, and once",
                ));
            }
            options.reading = Some(reading);
            Ok(())
        })?;
        match (&options.rename, &options.reading) {
            (Some(name), Some(Reading::Skip)) => {
                Err(Error::new(name.span(), "a skipped field has no name"))
            }
            _ => Ok(options),
        }
    }
}

/// What is said of a variant.
#[derive(Default)]
pub(crate) struct VariantOptions {
    pub(crate) rename: Option<LitStr>,
    pub(crate) missing: Option<()>,
}

impl VariantOptions {
    /// Reads a variant's options.
    pub(crate) fn of(attrs: &[Attribute]) -> Result<Self> {
        let mut options = Self::default();
        refuse(
            attrs,
            "attributes",
            "options of a variant are written `#[attribute(…)]`",
        )?;
        each(attrs, "attribute", |meta| {
            if meta.path.is_ident("rename") {
                let text = meta.value()?.parse()?;
                once(meta, &mut options.rename, text)
            } else if meta.path.is_ident("missing") {
                once(meta, &mut options.missing, ())
            } else {
                Err(meta.error("unknown option of a variant; there are `rename` and `missing`"))
            }
        })?;
        match &options {
            Self {
                rename: Some(text),
                missing: Some(()),
            } => Err(Error::new(
                text.span(),
                "a variant that is missing has no text",
            )),
            _ => Ok(options),
        }
    }
}

/// Reads every option of all attributes of that name.
fn each(
    attrs: &[Attribute],
    name: &str,
    mut read: impl FnMut(&ParseNestedMeta<'_>) -> Result<()>,
) -> Result<()> {
    let mut ours = attrs.iter().filter(|attr| attr.path().is_ident(name));
    ours.try_for_each(|attr| attr.parse_nested_meta(|meta| read(&meta)))
}

/// Refuses attributes of that name, which belong elsewhere.
fn refuse(attrs: &[Attribute], name: &str, why: &str) -> Result<()> {
    match attrs.iter().find(|attr| attr.path().is_ident(name)) {
        Some(attr) => Err(Error::new(attr.span(), why)),
        None => Ok(()),
    }
}

fn once<T>(meta: &ParseNestedMeta<'_>, slot: &mut Option<T>, value: T) -> Result<()> {
    match slot.replace(value) {
        Some(_) => Err(meta.error("the option is there twice")),
        None => Ok(()),
    }
}

/// How many digits stand behind the point.
fn digits(number: &LitInt) -> Result<u8> {
    let digits = number.base10_parse().ok().filter(|digits| *digits <= 28);
    digits.ok_or_else(|| {
        let why = "a decimal number has 0 to 28 digits behind the point";
        Error::new(number.span(), why)
    })
}

fn choices(meta: &ParseNestedMeta<'_>) -> Result<Vec<LitStr>> {
    let inside;
    parenthesized!(inside in meta.input);
    let texts = Punctuated::<LitStr, Token![,]>::parse_terminated(&inside)?;
    if texts.is_empty() {
        return Err(meta.error("a closed set has at least one text"));
    }
    let texts: Vec<LitStr> = texts.into_iter().collect();
    for (at, text) in texts.iter().enumerate() {
        if texts[..at]
            .iter()
            .any(|other| other.value() == text.value())
        {
            return Err(Error::new(text.span(), "the text is in the set twice"));
        }
    }
    Ok(texts)
}
