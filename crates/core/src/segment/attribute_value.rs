//! Types of a host whose values are attributes.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeZone, Utc};

use crate::{AttributeType, Cell, Decimal};

/// A type of a field that can be an attribute; `#[derive(Attributes)]` asks it of every field.
///
/// The derive implements it for enums without fields, which become closed sets. A type of one's own
/// implements it by what it is made of:
///
/// ```
/// use pregon_core::{AttributeType, AttributeValue, Cell};
///
/// struct Points(u32);
///
/// impl AttributeValue for Points {
///     fn attribute_type() -> AttributeType {
///         u32::attribute_type()
///     }
///     fn cell(&self) -> Cell<'_> {
///         self.0.cell()
///     }
/// }
/// assert_eq!(Some(Points(7)).cell(), Cell::Integer(7));
/// assert_eq!(None::<Points>.cell(), Cell::Missing);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no type of an attribute",
    label = "no bool, whole number, decimal, text, date, instant or set of texts",
    note = "`#[attribute(skip)]` leaves the field out; `#[attribute(with = function)]` makes \
            something else of it; `#[derive(Attributes)]` on an enum makes a closed set"
)]
pub trait AttributeValue {
    /// The type of the attribute.
    fn attribute_type() -> AttributeType;

    /// The value, as it goes into a column.
    fn cell(&self) -> Cell<'_>;
}

macro_rules! copied {
    ($($type:ty => $attribute:ident),* $(,)?) => {$(
        impl AttributeValue for $type {
            fn attribute_type() -> AttributeType {
                AttributeType::$attribute
            }
            fn cell(&self) -> Cell<'_> {
                (*self).into()
            }
        }
    )*};
}
copied!(bool => Bool, i8 => Integer, i16 => Integer, i32 => Integer, i64 => Integer,
        u8 => Integer, u16 => Integer, u32 => Integer, f32 => Decimal, f64 => Decimal,
        Decimal => Decimal, NaiveDate => Date);

impl AttributeValue for str {
    fn attribute_type() -> AttributeType {
        AttributeType::Text
    }
    fn cell(&self) -> Cell<'_> {
        self.into()
    }
}

impl AttributeValue for String {
    fn attribute_type() -> AttributeType {
        AttributeType::Text
    }
    fn cell(&self) -> Cell<'_> {
        self.into()
    }
}

impl AttributeValue for BTreeSet<String> {
    fn attribute_type() -> AttributeType {
        AttributeType::Texts
    }
    fn cell(&self) -> Cell<'_> {
        self.into()
    }
}

/// An instant is the same one in every zone.
impl<Z: TimeZone> AttributeValue for DateTime<Z> {
    fn attribute_type() -> AttributeType {
        AttributeType::Instant
    }
    fn cell(&self) -> Cell<'_> {
        self.with_timezone(&Utc).into()
    }
}

impl<T: AttributeValue> AttributeValue for Option<T> {
    fn attribute_type() -> AttributeType {
        T::attribute_type()
    }
    fn cell(&self) -> Cell<'_> {
        self.as_ref().map_or(Cell::Missing, T::cell)
    }
}

impl<T: AttributeValue + ToOwned + ?Sized> AttributeValue for Cow<'_, T> {
    fn attribute_type() -> AttributeType {
        T::attribute_type()
    }
    fn cell(&self) -> Cell<'_> {
        T::cell(self)
    }
}

macro_rules! pointers {
    ($($pointer:ty),* $(,)?) => {$(
        impl<T: AttributeValue + ?Sized> AttributeValue for $pointer {
            fn attribute_type() -> AttributeType {
                T::attribute_type()
            }
            fn cell(&self) -> Cell<'_> {
                T::cell(self)
            }
        }
    )*};
}
pointers!(&T, Box<T>, Rc<T>, Arc<T>);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    #[track_caller]
    fn check<T: AttributeValue + ?Sized>(value: &T, r#type: &str, printed: &str) {
        assert_eq!(T::attribute_type().name(), r#type);
        let value = value.cell().to_value().expect("a value");
        assert!(T::attribute_type().admits(&value), "{value:?}");
        assert_eq!(value.to_string(), printed);
    }

    #[test]
    fn values_keep_type_and_value() {
        check(&true, "boolean", "true");
        check(&u32::MAX, "integer", "4294967295");
        check(&i64::MIN, "integer", "-9223372036854775808");
        check(&0.1_f64, "decimal", "0.1");
        check("oro", "text", "oro");
        check(&Cow::Borrowed("oro"), "text", "oro");
        check(&Some(Box::<str>::from("oro")), "text", "oro");
        let texts = BTreeSet::from(["b".to_owned(), "a".to_owned()]);
        check(&&texts, "set of texts", "a, b");
    }

    #[test]
    fn an_instant_of_another_zone_is_the_same() {
        let at = DateTime::parse_from_rfc3339("2026-11-20T01:00:00-05:00").unwrap();
        check(&at, "instant", "2026-11-20T06:00:00Z");
    }

    #[test]
    fn a_short_float_is_what_it_prints() {
        for x in [0.1_f32, 16_777_217.0, 1e20, -2.5, 0.0, 1.0e-7, 33.333_332] {
            let text = x.to_string();
            assert_eq!(x.cell().to_value(), text.parse().ok().map(Value::Decimal));
        }
        assert_eq!(f32::NAN.cell().to_value(), None);
        assert_eq!(f32::NEG_INFINITY.cell().to_value(), None);
    }
}
