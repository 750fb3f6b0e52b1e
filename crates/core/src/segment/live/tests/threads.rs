//! A day of so many customers that several threads share them.

use chrono::Duration;

use super::super::day_index::CHUNK;
use super::super::{Live, pass};
use crate::rule::Rule;
use crate::{AttributeType, Cell, Population, Schema, Segments, Threads};

#[test]
fn threads_move_whom_an_evaluation_moves() {
    let rows = 3 * CHUNK + 77;
    assert!(pass::threads(4, 2) == 2 && pass::threads(1, 2) == 1 && pass::threads(0, 2) == 1);
    let schema = Schema::new()
        .with("first", AttributeType::Date)
        .and_then(|schema| schema.with("last", AttributeType::Date))
        .unwrap();
    let segments = [
        ("inactive", "last older than 90 days"),
        ("new", "first within the last 30 days"),
        (
            "lost",
            "last older than 60 days and first older than 91 days",
        ),
    ];
    let segments = segments
        .iter()
        .try_fold(Segments::default(), |all, (name, rule)| {
            all.with(name, Rule::parse(rule).unwrap())
        });
    let now: chrono::DateTime<chrono::Utc> = "2026-11-21T12:00:00Z".parse().unwrap();
    let mut builder = Population::builder(&schema).capacity(rows);
    for row in 0..rows {
        let ago = |days: usize| Cell::from((now - Duration::days(days as i64)).date_naive());
        let days = [ago(row * 7919 % 120), ago(row * 104_729 % 120)];
        builder.push(&format!("C-{row}"), days).unwrap();
    }
    let mut live = Live::new(&segments.unwrap(), builder.finish(), now).unwrap();
    for _ in 0..3 {
        let before: Vec<_> = live.iter().map(|(_, rows)| rows.clone()).collect();
        let turn = live.advance(live.next_turn());
        let segments = live.segments().clone();
        let fresh = segments.evaluate(live.population(), live.now(), Threads::new(1));
        let fresh = fresh.unwrap();
        let mut moves = 0;
        for (((_, rows), (_, own, _)), old) in live.iter().zip(fresh.iter()).zip(&before) {
            assert!(rows == own);
            let both = old.words().iter().zip(own.words());
            moves += both
                .map(|(a, b)| (a ^ b).count_ones() as usize)
                .sum::<usize>();
        }
        assert_eq!((turn.len(), turn.is_empty()), (moves, false));
        assert_eq!(turn.iter().count(), moves);
    }
}
