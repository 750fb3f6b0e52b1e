//! The flight recorder in a file: a process that is killed leaves what it noted.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot make its world must panic"
)]

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::BoxFuture;
use pregon_adapters_store::FlightFile;
use pregon_core::{Flight, Flights, Outcome, PortErrorKind, Recorder, Ticket};

fn ticket(row: i64) -> Ticket {
    Ticket {
        row,
        number: 1,
        begun: true,
    }
}

fn accepted(row: i64) -> Outcome {
    let reference = Some(format!("250 queued as {row}"));
    Outcome::Accepted { reference }
}

#[tokio::test]
async fn it_is_a_recorder() {
    let dir = tempfile::tempdir().unwrap();
    let (count, place) = (AtomicUsize::new(0), dir.path().to_owned());
    let make = || -> BoxFuture<'static, Arc<dyn Recorder>> {
        let n = count.fetch_add(1, Ordering::Relaxed);
        let path = place.join(format!("{n}.flights"));
        Box::pin(async move { Arc::new(FlightFile::open(path).unwrap()) as Arc<dyn Recorder> })
    };
    pregon_conformance::recorder::suite(&make).await;
}

/// What a process that is going to be killed runs; without the variable it is not one.
#[test]
fn as_one_to_be_killed() {
    let Ok(path) = std::env::var("PREGON_TEST_FLIGHT") else {
        return;
    };
    let recorder = FlightFile::open(path).unwrap();
    recorder.recover().unwrap();
    recorder.opened(7).unwrap();
    // One write each, which the pipe takes whole or not at all.
    let mut tell = std::io::stderr().lock();
    for row in 1.. {
        recorder.leaves(7, ticket(row)).unwrap();
        let left = format!("B {row}\n");
        tell.write_all(left.as_bytes()).unwrap();
        if row % 3 != 0 {
            recorder.landed(7, ticket(row), &accepted(row)).unwrap();
            let landed = format!("E {row}\n");
            tell.write_all(landed.as_bytes()).unwrap();
        }
    }
}

/// Kills it once it has told of so many notes; all that it told of.
fn fly_and_kill(path: &Path, notes: usize) -> BTreeSet<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["as_one_to_be_killed", "--exact", "--nocapture"])
        .env("PREGON_TEST_FLIGHT", path)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut told: BTreeSet<String> = lines.by_ref().take(notes).map(Result::unwrap).collect();
    let held = FlightFile::open(path).map(drop).map_err(|it| it.kind());
    assert_eq!(held, Err(PortErrorKind::Conflict), "it lives");
    child.kill().unwrap();
    child.wait().unwrap();
    told.extend(lines.map(Result::unwrap));
    told
}

#[test]
#[cfg(target_os = "linux")]
fn who_is_killed_leaves_all_that_he_noted() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("flights");
    for round in 1..12_usize {
        let told = fly_and_kill(&path, round * round * 31);
        let recorder = FlightFile::open(&path).unwrap();
        let flights = recorder.recover().unwrap();
        let row = |line: &String| -> i64 { line[2..].parse().unwrap() };
        let last = told.iter().map(row).max().unwrap();
        for row in 1..=last {
            let (left, landed) = (format!("B {row}"), format!("E {row}"));
            assert!(told.contains(&left), "it told of each in order");
            let flight = flights.of(7, row, 1);
            match told.contains(&landed) {
                true => assert_eq!(flight, Flight::Landed(accepted(row))),
                false if row % 3 == 0 => assert_eq!(flight, Flight::Left),
                // Killed between the note and the telling of it.
                false => assert_ne!(flight, Flight::NeverLeft),
            }
        }
        // The next one may have been noted and not told of; none after it.
        assert_eq!(flights.of(7, last + 2, 1), Flight::NeverLeft);
        assert_eq!(flights.of(6, 1, 1), Flight::Unrecorded);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn what_another_boot_left_is_ignored() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("flights");
    let fly = || {
        let recorder = FlightFile::open(&path).unwrap();
        recorder.opened(7).unwrap();
        recorder.leaves(7, ticket(1)).unwrap();
    };
    fly();
    let again = FlightFile::open(&path).unwrap();
    assert_eq!(again.recover().unwrap().of(7, 1, 1), Flight::Left);
    drop(again);
    let text = std::fs::read_to_string(&path).unwrap();
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    assert!(text.contains(boot.trim()), "the file names its boot");
    let other = text.replace(boot.trim(), "00000000-0000-4000-8000-000000000000");
    std::fs::write(&path, other).unwrap();
    let later = FlightFile::open(&path).unwrap();
    assert_eq!(later.recover().unwrap(), Flights::default());
    later.opened(8).unwrap();
    assert_eq!(later.recover().unwrap().of(8, 1, 1), Flight::NeverLeft);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_and_a_directory_are_errors() {
    let full = FlightFile::open("/dev/full").and_then(|it| it.opened(1));
    assert_eq!(
        full.map_err(|it| it.kind()),
        Err(PortErrorKind::Unavailable)
    );
    let dir = tempfile::tempdir().unwrap();
    let place = FlightFile::open(dir.path()).map(drop);
    assert_eq!(
        place.map_err(|it| it.kind()),
        Err(PortErrorKind::Unavailable)
    );
}

#[test]
#[expect(clippy::disallowed_methods, reason = "it measures real time")]
fn a_note_takes_microseconds() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("flights");
    let recorder = FlightFile::open(&path).unwrap();
    recorder.opened(7).unwrap();
    let count = 100_000;
    let start = std::time::Instant::now();
    for row in 0..count {
        recorder.leaves(7, ticket(row)).unwrap();
        recorder.landed(7, ticket(row), &accepted(row)).unwrap();
    }
    let noted = start.elapsed();
    let start = std::time::Instant::now();
    let flights = recorder.recover().unwrap();
    let read = start.elapsed();
    assert_eq!(
        flights.of(7, count - 1, 1),
        Flight::Landed(accepted(count - 1))
    );
    let each = noted.as_secs_f64() * 1e6 / (2 * count) as f64;
    let bytes = std::fs::metadata(&path).unwrap().len();
    println!("{each:.2} microseconds a note, {bytes} bytes; read back in {read:.1?}");
}
