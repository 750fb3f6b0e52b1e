//! What is wrong with a mapping.

/// Why a table cannot be read so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MappingError {
    /// No table or column can have this name.
    #[error("{0:?} cannot be the name of a table or column")]
    Identifier(String),
    /// Rules cannot say this name, or it is one that every row has.
    #[error("{0:?} cannot be the name of an attribute of a table")]
    Attribute(String),
    /// Rules cannot say this kind of activity.
    #[error("{0:?} cannot be a kind of activity")]
    Kind(String),
    /// Two tables have activities of this kind.
    #[error("activities of the kind {0:?} are mapped twice")]
    KindTwice(String),
    /// The database does not have this storage, or the scale is over 18.
    #[error("{attribute} cannot be kept as {storage} in this database")]
    Storage {
        /// The attribute.
        attribute: String,
        /// The storage.
        storage: String,
    },
    /// The mapping is of another database than the pool.
    #[error("the mapping was made for another database")]
    Dialect,
    /// Instants of activities need a storage of instants.
    #[error("{0} keeps no instants")]
    NoInstant(String),
}
