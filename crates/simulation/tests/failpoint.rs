//! Every crash point F01 to F24, struck in four ways over both databases: each person gets what
//! the table of the protocol says, nothing is lost, no limit is passed, and the books are clean.
//!
//! The ordinary run plays 48 cells: each point once over each database, the strikes in turn.
//! `PREGON_FAILPOINTS=all` plays all 192. A cell is played under every promise of its point.

use std::io::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use pregon_simulation::failpoint::{Cell, Database, Deal, Point, Strike, Wrong};

const ALONE: &str = "nobody panicked with the lock";

fn is_all() -> bool {
    std::env::var("PREGON_FAILPOINTS").is_ok_and(|text| text == "all")
}

/// Says something past the test runner, which hides what a passing test says.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// The strikes of a point over a database: all of them, or one by turns, so that each point and
/// each strike comes over both databases.
fn strikes(point: Point, database: Database) -> Vec<Strike> {
    let shift = usize::from(database == Database::Postgres);
    let nth = (usize::from(point.number()) + shift) % Strike::ALL.len();
    match is_all() {
        true => Strike::ALL.to_vec(),
        false => vec![Strike::ALL[nth]],
    }
}

fn cell(point: Point, strike: Strike, database: Database, deal: Deal) -> Cell {
    Cell {
        point,
        strike,
        database,
        deal,
        wrong: None,
    }
}

/// Plays cells side by side; what was wrong with each.
fn play_all(cells: &[Cell]) -> Vec<String> {
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    // A story waits for its database most of the time.
    let threads = 2 * std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(cell) = cells.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let told = cell.play();
                    let mut wrong = wrong.lock().expect(ALONE);
                    if !told.hit {
                        wrong.push(format!("{cell}: the point was not reached"));
                    }
                    let findings = told.findings.iter();
                    wrong.extend(findings.map(|finding| format!("{cell}: {finding}")));
                }
            });
        }
    });
    wrong.into_inner().expect(ALONE)
}

#[test]
fn nobody_gets_more_or_less_wherever_it_strikes() {
    let (mut cells, mut count, mut missing) = (Vec::new(), 0, 0);
    for database in Database::ALL {
        if !database.is_here() {
            say(&format!(
                "failpoints: NOT RUN over {database:?}: PREGON_TEST_POSTGRES names no server"
            ));
            continue;
        }
        for point in Point::ALL {
            let strikes = strikes(point, database);
            if let Some(why) = point.not_there() {
                say(&format!(
                    "failpoints: {point} over {database:?} is NOT THERE: {why}"
                ));
                missing += strikes.len();
                continue;
            }
            count += strikes.len();
            for strike in strikes {
                let deals = Deal::of(point).iter();
                cells.extend(deals.map(|deal| cell(point, strike, database, *deal)));
            }
        }
    }
    let wrong = play_all(&cells);
    say(&format!(
        "failpoints: {count} cells in {} stories, {missing} not there, {} findings",
        cells.len(),
        wrong.len()
    ));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_point_and_a_strike_come_over_both_databases() {
    for database in Database::ALL {
        for strike in Strike::ALL {
            let struck = |point: &&Point| strikes(**point, database).contains(&strike);
            assert!(Point::ALL.iter().filter(struck).count() >= 6);
        }
    }
}

#[test]
fn a_protocol_that_is_wrong_on_purpose_is_noticed() {
    for wrong in Wrong::ALL {
        let points = match wrong {
            Wrong::ForgetsEventsTooSoon | Wrong::RenamesEvents => &Point::ALL[15..17],
            // Where something may be in doubt, or was noted and not settled.
            _ => &Point::ALL[8..14],
        };
        let mut cells = points.iter().flat_map(|point| {
            let strikes = [Strike::Kill, Strike::Error].into_iter();
            let pairs = strikes.flat_map(|strike| Deal::ALL.map(|deal| (strike, deal)));
            pairs.map(|(strike, deal)| Cell {
                wrong: Some(wrong),
                ..cell(*point, strike, Database::Sqlite, deal)
            })
        });
        let found = cells.find_map(|cell| {
            let told = cell.play();
            let finding = told.findings.into_iter().next();
            finding.map(|finding| format!("{cell}: {finding}"))
        });
        let found = found.unwrap_or_else(|| panic!("{wrong:?} is not noticed"));
        say(&format!("failpoints: {wrong:?}: {found}"));
    }
}
