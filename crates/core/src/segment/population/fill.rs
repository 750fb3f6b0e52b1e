//! The cells of a row go to their columns.

use super::column::Column;
use super::error::Fault;
use crate::Cell;

/// The place of a column that is not kept: there is none with such a number.
pub(super) const NOWHERE: usize = usize::MAX;

/// Adds a row's cells to columns; on a failure some have the row already.
///
/// `places` says for each cell which column it goes to, or [`NOWHERE`].
#[inline]
pub(super) fn fill<'c>(
    columns: &mut [Column],
    places: &[usize],
    cells: impl IntoIterator<Item = Cell<'c>>,
) -> Result<(), Fault> {
    let mut filling = Filling {
        columns,
        places,
        next: 0,
        fault: None,
    };
    // The iterator calls, and is not asked: the cells of an array are then written in place, once.
    let _ = cells.into_iter().try_for_each(|cell| filling.take(&cell));
    match filling.fault {
        Some(fault) => Err(fault),
        None if filling.next < places.len() => Err(Fault::TooFew(filling.next)),
        None => Ok(()),
    }
}

struct Filling<'a> {
    columns: &'a mut [Column],
    places: &'a [usize],
    next: usize,
    fault: Option<Fault>,
}

impl Filling<'_> {
    /// One function for all columns, called for each cell by reference: a cell is larger than what
    /// is in it, and copying one that was just written costs more than encoding it.
    #[inline(never)]
    fn take(&mut self, cell: &Cell<'_>) -> Option<()> {
        let Some(place) = self.places.get(self.next) else {
            self.fault = Some(Fault::TooMany);
            return None;
        };
        if let Some(column) = self.columns.get_mut(*place)
            && !column.push_held(cell)
        {
            self.take_new(cell)?;
        }
        self.next += 1;
        Some(())
    }

    /// Takes what the column has not had yet, or cannot have.
    #[cold]
    #[inline(never)]
    fn take_new(&mut self, cell: &Cell<'_>) -> Option<()> {
        let column = self.columns.get_mut(self.places[self.next])?;
        match column.push(*cell) {
            Ok(()) => Some(()),
            Err(error) => {
                self.fault = Some(Fault::Cell(self.next, error));
                None
            }
        }
    }
}
