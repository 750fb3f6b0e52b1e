//! Why somebody belongs, or does not.

use pregon::source::CsvSheet;

use super::Asked;
use super::question::Question;
use crate::output::{Failure, FailureKind};

pub(super) fn explain(
    _asked: &Asked,
    _question: &Question,
    _sheet: &mut CsvSheet,
    _id: &str,
) -> Result<u8, Failure> {
    Err(Failure::new(FailureKind::Failed, "not yet"))
}
