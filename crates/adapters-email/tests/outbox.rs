//! The outbox directory: whole files, one a key, and clear causes when the disk refuses.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{outbound, sender};
use pregon_adapters_email::{Durability, OutboxDir};
use pregon_core::{Channel, DispatchId, Fate, PortErrorKind, Promise};

async fn open(dir: &Path) -> OutboxDir {
    OutboxDir::open(dir, sender()).await.unwrap()
}

fn names(dir: &Path) -> Vec<PathBuf> {
    let mut names: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn each_mail_is_one_file_named_by_its_key() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("a/b");
    let outbox = open(&dir).await;
    assert_eq!(outbox.promise(), Promise::Idempotent { retention: None });
    let (first, second) = (outbound(1), outbound(2));
    outbox.send(&first).await.unwrap();
    outbox.send(&second).await.unwrap();
    let expected = [1, 2].map(|n| dir.join(format!("{}.eml", DispatchId::from_bytes([n; 16]))));
    assert_eq!(names(&dir), expected);
    let mail = fs::read_to_string(&expected[0]).unwrap();
    assert!(mail.starts_with("From: Renovaciones <avisos@example.org>\r\n"));
    assert!(!mail.replace("\r\n", "").contains(['\r', '\n']));
}

#[tokio::test]
async fn the_same_key_again_is_the_same_file_with_the_same_bytes() {
    for durability in [Durability::Full, Durability::Rename] {
        let dir = tempfile::tempdir().unwrap();
        let outbox = open(dir.path()).await.with_durability(durability);
        let mut out = outbound(1);
        outbox.send(&out).await.unwrap();
        let name = names(dir.path()).pop().unwrap();
        let first = fs::read(&name).unwrap();
        fs::write(&name, "half a ma").unwrap();
        out.again = true;
        outbox.send(&out).await.unwrap();
        assert_eq!(names(dir.path()), std::slice::from_ref(&name));
        assert_eq!(fs::read(&name).unwrap(), first);
    }
}

#[tokio::test]
async fn many_writers_of_one_key_leave_one_whole_file() {
    let dir = tempfile::tempdir().unwrap();
    let outbox = std::sync::Arc::new(open(dir.path()).await.with_durability(Durability::Rename));
    let sends = (0..64).map(|_| {
        let outbox = std::sync::Arc::clone(&outbox);
        tokio::spawn(async move { outbox.send(&outbound(1)).await })
    });
    for send in sends.collect::<Vec<_>>() {
        send.await.unwrap().unwrap();
    }
    let names = names(dir.path());
    assert_eq!(names.len(), 1);
    assert!(fs::read_to_string(&names[0]).unwrap().ends_with("--\r\n"));
}

#[tokio::test]
async fn what_a_crash_left_is_removed_and_nothing_else_is() {
    let dir = tempfile::tempdir().unwrap();
    let keep = ["carta.eml", ".oculto", "x.unfinished"].map(|name| dir.path().join(name));
    keep.iter().for_each(|name| fs::write(name, "").unwrap());
    fs::write(dir.path().join(".aaaa-1-0.unfinished"), "half a ma").unwrap();
    open(dir.path()).await;
    let mut keep = keep.to_vec();
    keep.sort();
    assert_eq!(names(dir.path()), keep);
}

#[tokio::test]
async fn a_file_in_the_place_of_the_directory() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("salida");
    fs::write(&file, "").unwrap();
    let error = OutboxDir::open(&file, sender()).await.unwrap_err();
    assert_eq!(error.to_string(), "outbox: open: invalid");
    assert_eq!(error.kind(), PortErrorKind::Invalid);
}

#[tokio::test]
async fn a_directory_that_goes_away_stops_the_channel() {
    let dir = tempfile::tempdir().unwrap();
    let outbox = open(dir.path()).await;
    dir.close().unwrap();
    let error = outbox.send(&outbound(1)).await.unwrap_err();
    assert_eq!(error.fate(), Fate::ChannelDown);
    let mut said = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        said.push(error.to_string());
        cause = error.source();
    }
    assert_eq!(
        said[..4],
        [
            "channel down",
            "outbox: send: unavailable",
            "the file is not written",
            "writing the file"
        ]
    );
}

#[tokio::test]
async fn a_name_that_is_taken_by_a_directory_is_not_sent_and_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let outbox = open(dir.path()).await;
    let taken = dir
        .path()
        .join(format!("{}.eml", DispatchId::from_bytes([1; 16])));
    fs::create_dir(&taken).unwrap();
    let error = outbox.send(&outbound(1)).await.unwrap_err();
    assert_eq!(error.fate(), Fate::NotSent);
    assert_eq!(
        names(dir.path()),
        [taken],
        "the unfinished file is taken away"
    );
}
