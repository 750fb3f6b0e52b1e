//! One file of customers as typed columns, read as a stream: what segments are counted on.

mod column;
mod scan;
mod look;
mod batch;

mod split;
mod stream;
mod twins;

use std::fmt;
use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use pregon_core::Schema;

use super::table::Stamp;
use super::text::Letters;
use super::{CsvConfig, CsvError};

pub use batch::{CsvBatch, CsvRow};
pub use column::CsvColumn;

use column::Columns;

/// One file of customers as typed columns, which is read as a stream again and again.
///
/// [`Csv`](super::Csv) gives customers and keeps where each row begins; this one keeps nothing of
/// the rows, so a file may be larger than the memory. Every column is an attribute under the name
/// that the header gives it, those of contact data too, and the customer's id is `customer_id`
/// besides. A `zone` column of IANA names gives each customer a zone.
///
/// Any row that makes no sense refuses the file: a count that leaves somebody out would be wrong
/// without looking so.
///
/// The calls read files and take time: they must not run on an executor's thread.
///
/// ```
/// use std::ops::ControlFlow;
/// use pregon_adapters_erp::{CsvBatch, CsvConfig, CsvSheet};
/// use pregon_core::Cell;
///
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("clientes.csv");
/// std::fs::write(&path, "id;visits;city\nC-1;7;Quito\nC-2;;Loja\n")?;
/// let mut sheet = CsvSheet::open(CsvConfig::new(&path))?;
/// assert_eq!(sheet.schema().get("visits").map(|t| t.name()), Some("integer"));
/// let seven = |batch: &mut CsvBatch<'_>| {
///     let all = (0..batch.len()).filter(|n| batch.row(*n).cell(0) == Cell::Integer(7));
///     all.count()
/// };
/// let mut seen = 0;
/// sheet.read(&["visits"], seven, |count| {
///     seen += count;
///     ControlFlow::Continue(())
/// })?;
/// assert_eq!((seen, sheet.rows()), (1, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct CsvSheet {
    path: PathBuf,
    file: File,
    stamp: Stamp,
    /// Where the header begins, after the mark of UTF-8.
    begin: u64,
    letters: Letters,
    separator: u8,
    columns: Columns,
    rows: u64,
}

impl fmt::Debug for CsvSheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CsvSheet")
            .field("path", &self.path)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl CsvSheet {
    /// Reads the file once: infers the types that no schema declares, and checks every row.
    ///
    /// Files of records that the configuration names are left alone.
    ///
    /// # Errors
    /// When the file cannot be read, its header makes no sense, or a row does not.
    pub fn open(config: CsvConfig) -> Result<Self, CsvError> {
        let file = File::open(&config.customers).map_err(CsvError::io(&config.customers))?;
        Self::of(file, config, |_| ControlFlow::Continue(()))
    }

    /// As [`open`](Self::open), of a file that is open already; the path of the configuration only
    /// names it. `watch` is told how many bytes were read, and may end it.
    ///
    /// # Errors
    /// As `open` has, and [`CsvError::Stopped`] when `watch` ended it.
    pub fn of(
        file: File,
        config: CsvConfig,
        watch: impl FnMut(u64) -> ControlFlow<()>,
    ) -> Result<Self, CsvError> {
        scan::scan(file, config, watch)
    }

    /// The attributes that there are, with their types.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.columns.schema
    }

    /// The columns, in the order of the file.
    #[must_use]
    pub fn columns(&self) -> &[CsvColumn] {
        &self.columns.list
    }

    /// The column that an attribute is.
    #[must_use]
    pub fn column(&self, attribute: &str) -> Option<&CsvColumn> {
        self.columns.list.get(self.columns.names.get(attribute)?.0)
    }

    /// Gives the attribute of an empty column another type: with no value in it any is right.
    ///
    /// Nothing changes when there is no such attribute, or it has values.
    pub fn assume(&mut self, attribute: &str, r#type: pregon_core::AttributeType) {
        self.columns.assume(attribute, r#type);
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Reads the file from its beginning in batches of rows, with the values of the attributes that
    /// are named. A name that is none gives missing values.
    ///
    /// `look` sees several batches at once, on threads of their own; `take` is given what it made
    /// of each, in the order of the file, on this thread.
    ///
    /// # Errors
    /// When the file cannot be read, or is another one than when it was opened.
    pub fn read<T: Send>(
        &mut self,
        attributes: &[&str],
        look: impl Fn(&mut CsvBatch<'_>) -> T + Sync,
        take: impl FnMut(T) -> ControlFlow<()>,
    ) -> Result<(), CsvError> {
        batch::read(self, attributes, look, take)
    }

    /// The file at the beginning of its header; it must still be the one that was opened.
    fn rewind(&mut self) -> Result<&File, CsvError> {
        self.check_same()?;
        let start = SeekFrom::Start(self.begin);
        self.file.seek(start).map_err(CsvError::io(&self.path))?;
        Ok(&self.file)
    }

    fn check_same(&self) -> Result<(), CsvError> {
        let stamp = Stamp::of(&self.file).map_err(CsvError::io(&self.path))?;
        if stamp == self.stamp {
            return Ok(());
        }
        let file = self.path.clone();
        Err(CsvError::Changed { file })
    }

    fn path(&self) -> &Path {
        &self.path
    }
}
