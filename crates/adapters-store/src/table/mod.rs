//! A host's own table, read by rules that become SQL.
//!
//! [`TableMapping`] says which column means what, [`where_clause`] makes a condition of a rule, and
//! [`SqlTable`] reads customers by it: as a source, as the exact audience of a rule, or as a count.
//!
//! **Invariant:** no value of a rule stands in the text of a statement; all are bound. No statement
//! asks the database for the time.
//!
//! **Invariant:** the condition is true for every row for which the rule is true in memory. Where a
//! database cannot say exactly what a rule means, the condition lets more rows pass, and what is
//! left of the rule is asked of them in memory.

mod dialect;
mod bind;
mod mapping;
mod translate;

mod read;
mod people;
mod happenings;
mod sql_table;
mod audience;
mod discover;
mod row;
mod error;

pub use audience::SqlAudience;
pub use bind::Bind;
pub use dialect::Dialect;
pub use mapping::{ActivityMapping, IdStorage, MappingError, Storage, TableMapping};
#[cfg(feature = "postgres")]
pub use row::attributes_of_postgres;
#[cfg(feature = "sqlite")]
pub use row::attributes_of_sqlite;
pub use sql_table::SqlTable;
pub use translate::{Pushed, When, where_clause};
