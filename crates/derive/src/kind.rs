//! What can be told of a field's type from how it is written.

use syn::{GenericArgument, PathArguments, Type};

/// The type inside of `Option`s and pointers.
pub(crate) fn inner(r#type: &Type) -> &Type {
    match r#type {
        Type::Reference(reference) => inner(&reference.elem),
        Type::Paren(paren) => inner(&paren.elem),
        Type::Group(group) => inner(&group.elem),
        Type::Path(path) => {
            let Some(last) = path.path.segments.last() else {
                return r#type;
            };
            let wraps = ["Option", "Box", "Rc", "Arc", "Cow"]
                .iter()
                .any(|wrapper| last.ident == wrapper);
            match &last.arguments {
                PathArguments::AngleBracketed(arguments) if wraps => arguments
                    .args
                    .iter()
                    .find_map(|argument| match argument {
                        GenericArgument::Type(wrapped) => Some(inner(wrapped)),
                        _ => None,
                    })
                    .unwrap_or(r#type),
                _ => r#type,
            }
        }
        _ => r#type,
    }
}

/// Why a type that looks like one of an attribute is none.
pub(crate) fn why_not(r#type: &Type) -> Option<String> {
    let name = name(r#type)?;
    Some(match name.as_str() {
        "u64" | "u128" | "i128" | "usize" | "isize" => format!(
            "an attribute's whole number is an `i64`, which does not hold every `{name}`: use \
             `i64` or `u32`, or `#[attribute(with = function)]` that says what becomes of the rest"
        ),
        "NaiveDateTime" => "a date and time without a zone is no instant: use `DateTime<Utc>`, or \
             `#[attribute(with = function)]` that knows the zone"
            .to_owned(),
        _ => return None,
    })
}

/// Whether minor units of the type surely make no sense.
pub(crate) fn is_no_whole_number(r#type: &Type) -> bool {
    const OTHERS: [&str; 9] = [
        "bool",
        "f32",
        "f64",
        "Decimal",
        "String",
        "str",
        "NaiveDate",
        "DateTime",
        "BTreeSet",
    ];
    name(r#type).is_some_and(|name| OTHERS.contains(&name.as_str()))
}

/// Whether a closed set of texts of the type surely makes no sense.
pub(crate) fn is_no_text(r#type: &Type) -> bool {
    const OTHERS: [&str; 14] = [
        "bool",
        "i8",
        "i16",
        "i32",
        "i64",
        "u8",
        "u16",
        "u32",
        "f32",
        "f64",
        "Decimal",
        "NaiveDate",
        "DateTime",
        "BTreeSet",
    ];
    name(r#type).is_some_and(|name| OTHERS.contains(&name.as_str()))
}

fn name(r#type: &Type) -> Option<String> {
    match r#type {
        Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}
