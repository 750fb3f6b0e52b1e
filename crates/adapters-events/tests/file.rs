//! A file of events is what its suite says, and outlives whoever writes it.
#![cfg(feature = "file")]
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests, which the lint does not know as tests"
)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::FutureExt as _;
use pregon_adapters_events::EventFile;
use pregon_conformance::event_sink::{Heard, Subject, suite};
use pregon_core::{
    Event, EventId, EventSink as _, Fact, HashKey, PortErrorKind, Preference, PreferenceScope, Word,
};

#[derive(Debug)]
struct Reader {
    file: EventFile,
    _folder: tempfile::TempDir,
}

impl Heard for Reader {
    fn heard(&self) -> Vec<Event> {
        all(&self.file)
    }
}

fn all(file: &EventFile) -> Vec<Event> {
    let lines = file.lines().unwrap();
    lines.collect::<Result<_, _>>().unwrap()
}

#[tokio::test]
async fn a_file_is_a_sink() {
    let make = || {
        async {
            let folder = tempfile::tempdir().unwrap();
            let file = EventFile::new(folder.path().join("events.jsonl"));
            let reader = Reader {
                file: file.clone(),
                _folder: folder,
            };
            Subject {
                sink: Arc::new(file),
                reader: Arc::new(reader),
            }
        }
        .boxed()
    };
    suite(&make).await;
}

fn event(n: i64) -> Event {
    let said = Preference {
        subject: pregon_core::Subject::Customer(format!("C-{n}").parse().unwrap()),
        scope: PreferenceScope::promotional(),
        word: Word::OptOut,
        source: "form".to_owned(),
        wording: None,
    };
    Event {
        id: EventId::of(&HashKey::new([7; 32]), n, 0),
        at: "2026-11-22T12:00:00Z".parse().unwrap(),
        fact: Fact::word(&said),
    }
}

fn place(folder: &Path) -> PathBuf {
    folder.join("events.jsonl")
}

/// Whatever a killed process left of a line, the next one goes on behind the last whole one.
#[tokio::test]
async fn what_a_killed_process_left_of_a_line_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let file = EventFile::new(place(folder.path()));
    file.publish(&[event(1)]).await.unwrap();
    let whole = std::fs::read(place(folder.path())).unwrap();
    for left in [1, 2, whole.len() / 2, whole.len() - 1] {
        let mut writer = std::fs::OpenOptions::new()
            .append(true)
            .open(place(folder.path()))
            .unwrap();
        writer.write_all(&whole[..left]).unwrap();
        let before = all(&file);
        file.publish(&[event(2)]).await.unwrap();
        let after = all(&file);
        assert_eq!(after.len(), before.len() + 1, "{left} bytes were left");
        assert_eq!(after.last(), Some(&event(2)));
    }
    // One that never had an end, longer than what is read at once.
    std::fs::write(place(folder.path()), vec![b'x'; 200_000]).unwrap();
    file.publish(&[event(3)]).await.unwrap();
    assert_eq!(all(&file), [event(3)]);
}

#[tokio::test]
async fn a_file_that_was_renamed_begins_anew() {
    let folder = tempfile::tempdir().unwrap();
    let file = EventFile::new(place(folder.path()));
    file.publish(&[event(1)]).await.unwrap();
    std::fs::rename(place(folder.path()), folder.path().join("old")).unwrap();
    assert_eq!(all(&file), []);
    file.publish(&[event(2)]).await.unwrap();
    assert_eq!(all(&file), [event(2)]);
    assert_eq!(all(&EventFile::new(folder.path().join("old"))), [event(1)]);
}

#[tokio::test]
async fn many_who_write_at_once_write_whole_lines() {
    let folder = tempfile::tempdir().unwrap();
    let mut tasks = Vec::new();
    for writer in 0..4 {
        let file = EventFile::new(place(folder.path()));
        tasks.push(tokio::spawn(async move {
            for n in 0..25 {
                file.publish(&[event(writer * 100 + n)]).await.unwrap();
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(all(&EventFile::new(place(folder.path()))).len(), 100);
}

#[tokio::test]
async fn a_line_that_is_no_event_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = EventFile::new(place(folder.path()));
    file.publish(&[event(1)]).await.unwrap();
    let mut text = std::fs::read_to_string(place(folder.path())).unwrap();
    text.push_str("{\"id\":\"abc\"}\n");
    std::fs::write(place(folder.path()), text).unwrap();
    let wrong = file.lines().unwrap().find_map(Result::err).unwrap();
    assert_eq!(wrong.line, 2);
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_an_error_and_takes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = EventFile::new(folder.path().join("no").join("such").join("events.jsonl"));
    let error = file.publish(&[event(1)]).await.unwrap_err();
    assert_eq!(error.kind(), PortErrorKind::Invalid);
    assert_eq!(all(&file), []);
}
