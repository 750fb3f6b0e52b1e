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

/// Makes attributes of a struct's fields, or the texts of a closed set of an enum's variants.
///
/// On a **struct** it implements `HasAttributes`: schema, columns and access to a row. Each field
/// is an attribute of its name. A field is `bool`, a whole number up to `i64` or `u32`, `f32`,
/// `f64`, `Decimal`, a text (`String`, `&str`, `Cow<str>`, …), `NaiveDate`, `DateTime` of any zone,
/// `BTreeSet<String>`, an enum or a struct of one field that derives this as well, or anything else
/// that is an `AttributeValue`; and an `Option` of any of them, `None` being a missing value.
///
/// ```
/// use pregon_core::{AttributeType, Cell, HasAttributes};
/// use pregon_derive::Attributes;
///
/// #[derive(Attributes)]
/// struct Client {
///     #[attribute(skip)]
///     id: String,
///     visits: u32,
///     #[attribute(rename = "spend", minor_units = 2)]
///     spent_cents: i64,
///     last_visit: Option<chrono::NaiveDate>,
///     gender: Gender,
/// }
///
/// #[derive(Attributes)]
/// #[attributes(rename_all = "snake_case")]
/// enum Gender {
///     Female,
///     Male,
///     #[attribute(missing)]
///     NotSaid,
/// }
///
/// let schema = Client::schema()?;
/// let names: Vec<&str> = schema.iter().map(|(name, _)| name).collect();
/// assert_eq!(names, ["gender", "last_visit", "spend", "visits"]);
/// assert_eq!(schema.get("spend"), Some(&AttributeType::Decimal));
///
/// let ana = Client {
///     id: "C-1".to_owned(),
///     visits: 6,
///     spent_cents: 150_000_00,
///     last_visit: None,
///     gender: Gender::Female,
/// };
/// let cells: Vec<Cell<'_>> = ana.cells().into_iter().collect();
/// let spend = Cell::Units(150_000_00, 2);
/// assert_eq!(cells, [Cell::Text("female"), Cell::Missing, spend, Cell::Integer(6)]);
/// # assert_eq!(ana.id, "C-1");
/// # assert_eq!(Cell::from(Gender::NotSaid), Cell::Missing);
/// # assert_eq!(Cell::from(Gender::Male), Cell::Text("male"));
/// # Ok::<(), pregon_core::NameError>(())
/// ```
///
/// | on a field | |
/// |---|---|
/// | `#[attribute(rename = "spend")]` | the attribute's name |
/// | `#[attribute(skip)]` | no attribute |
/// | `#[attribute(minor_units = 2)]` | a whole number of hundredths (cents) is a decimal number |
/// | `#[attribute(choices("gold", "silver"))]` | a text of a closed set |
/// | `#[attribute(with = path)]` | what the function makes of `&field` |
///
/// | on a variant | |
/// |---|---|
/// | `#[attribute(rename = "f")]` | its text |
/// | `#[attribute(missing)]` | stands for no value |
///
/// | on a struct or an enum | |
/// |---|---|
/// | `#[attributes(rename_all = "camelCase")]` | how names are written, as serde has it |
/// | `#[attributes(crate = "my::pregon")]` | where the types are, as told below |
///
/// The ways of writing are `lowercase`, `UPPERCASE`, `PascalCase`, `camelCase`, `snake_case`,
/// `SCREAMING_SNAKE_CASE`, `kebab-case` and `SCREAMING-KEBAB-CASE`. The types are those of the
/// package's dependency `pregon` or, without it, `pregon-core`, also under another name.
///
/// On an **enum** without fields it implements `AttributeValue`, with one text a variant, and
/// `Cell: From<…>`; on a **struct of one unnamed field** it implements `AttributeValue` as the
/// field is one.
///
/// `with` reads what is no attribute by itself, such as a part of another struct, and a `u64`, of
/// which the host knows what a number beyond `i64` means:
///
/// ```
/// use pregon_core::{Cell, HasAttributes};
/// use pregon_derive::Attributes;
///
/// #[derive(Attributes)]
/// #[attributes(rename_all = "camelCase")]
/// struct Client {
///     #[attribute(rename = "province", with = Address::province)]
///     address: Address,
///     #[attribute(with = points)]
///     loyalty_points: u64,
/// }
///
/// struct Address {
///     province: Option<String>,
/// }
///
/// impl Address {
///     fn province(&self) -> Option<&str> {
///         self.province.as_deref()
///     }
/// }
///
/// fn points(points: &u64) -> Option<i64> {
///     i64::try_from(*points).ok()
/// }
///
/// let client = Client {
///     address: Address { province: Some("Azuay".to_owned()) },
///     loyalty_points: u64::MAX,
/// };
/// let cells: Vec<Cell<'_>> = client.cells().into_iter().collect();
/// assert_eq!(cells, [Cell::Missing, Cell::Text("Azuay")]); // loyaltyPoints, province
/// ```
///
/// A mistake is an error at the field that has it:
///
/// ```compile_fail,E0277
/// #[derive(pregon_derive::Attributes)]
/// struct Client {
///     visited: Vec<String>, // `Vec<String>` is no type of an attribute
/// }
/// ```
#[proc_macro_derive(Attributes, attributes(attribute, attributes))]
pub fn attributes(input: TokenStream) -> TokenStream {
    let expanded = syn::parse(input).and_then(|input| expand::expand(&input));
    expanded
        .unwrap_or_else(|error| error.into_compile_error())
        .into()
}
