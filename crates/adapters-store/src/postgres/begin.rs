//! The second part of a turn: which of those that want to begin may.

use pregon_core::{Ask, Begun};
use sqlx::postgres::PgConnection;

use super::error::Error;
use super::names::Names;
use super::statement::query;
use super::{budget, desk, gate};
use crate::kept::begin::{Gate, Taken};
use crate::kept::desk::Desk;
use crate::kept::flaw::Flaw;
use crate::kept::gate::Case;
use crate::kept::sets::Sets;
use crate::kept::wire;

const TAKE: &str = "INSERT INTO hold (subject, at, row, rules) SELECT v.subject, $4, v.row, \
     v.rules FROM unnest($1::bytea[], $2::bigint[], $3::integer[]) AS v(subject, row, rules)";

/// Places that are taken, the rows that take them, and the sets of limits that count them.
type Columns = (Vec<Vec<u8>>, Vec<i64>, Vec<i32>);

/// A key that moves to another row is given up before it is taken, whatever the order of writing.
const GIVE_UP: &str =
    "UPDATE dispatch SET address_key = NULL WHERE row = ANY($1) AND address_key IS NOT NULL";

/// Lets begin what may, and answers for each in order. A row that is not there has no answer.
pub(super) async fn begin(
    on: &mut PgConnection,
    names: &Names,
    desk: &mut Desk,
    ask: &Ask,
    cases: &[Case<'_>],
) -> Result<Vec<Begun>, Error> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let at = wire::micros(desk.now);
    let evidence = gate::gather(on, names, desk, cases).await?;
    if cases.iter().any(|case| case.allowance.is_some()) {
        desk::rows(on, names, desk).await?;
        budget::learn(on, desk, ask, cases).await?;
    }
    let (begun, taken, moved) = {
        let sets = names.sets();
        let mut gate = Gate::new(desk, ask, &sets, evidence);
        let begun = cases.iter().filter_map(|case| gate.answer(case)).collect();
        let numbered = |(place, row, rules): &Taken<'_>| {
            let number = sets.number(&Sets::names(rules));
            let number = number.and_then(|number| i32::try_from(number).ok());
            let number = number.ok_or(Flaw::Damaged("a set of limits was not kept"))?;
            Ok::<_, Error>((place.to_vec(), *row, number))
        };
        let taken: Result<Columns, Error> = gate.taken.iter().map(numbered).collect();
        (begun, taken?, gate.moved)
    };
    let (places, rows, numbers) = taken;
    if !places.is_empty() {
        query(TAKE)
            .bind(places)
            .bind(rows)
            .bind(numbers)
            .bind(at)
            .execute(&mut *on)
            .await?;
    }
    if !moved.is_empty() {
        query(GIVE_UP).bind(moved).execute(&mut *on).await?;
    }
    Ok(begun)
}
