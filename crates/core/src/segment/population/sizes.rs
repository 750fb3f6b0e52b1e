//! How large a population is.

/// How many bytes the parts of a population take.
///
/// ```
/// use pregon_core::{AttributeType, Cell, Population, Schema};
/// let schema = Schema::new().with("visits", AttributeType::Integer)?;
/// let mut builder = Population::builder(&schema);
/// for n in 0..100 {
///     builder.push(&format!("C-{n}"), [Cell::from(n)])?;
/// }
/// let sizes = builder.finish().sizes();
/// assert_eq!((sizes.columns, sizes.known), (100, 0), "a byte each, and none is missing");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Sizes {
    /// The codes of all attributes.
    pub columns: usize,
    /// The bits that say which rows have a value, of attributes that some lack.
    pub known: usize,
    /// The values that codes of dictionaries stand for, and the indexes over them.
    pub dictionaries: usize,
    /// The zones of customers, where there are more than one.
    pub zones: usize,
    /// The ids and the index over them.
    pub ids: usize,
    /// What happened to customers.
    pub activities: usize,
}

impl Sizes {
    /// All of it.
    #[must_use]
    pub fn total(&self) -> usize {
        self.columns + self.known + self.dictionaries + self.zones + self.ids + self.activities
    }
}
