//! The outbox directory: whole files, one a key, and clear causes when the disk refuses.
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use pregon_adapters_sms::{Durability, SmsOutboxDir};
use pregon_core::{
    Address, Channel, Class, DispatchId, Fate, Outbound, PhoneNumber, PortErrorKind, Promise,
    Purpose, Sms,
};

fn outbound(n: u8, text: &str) -> Outbound<Sms> {
    Outbound {
        message: Sms {
            to: PhoneNumber::parse("+56900000001").unwrap(),
            text: text.to_owned(),
        },
        id: DispatchId::from_bytes([n; 16]),
        row: i64::from(n),
        again: false,
        purpose: Purpose::new("reminder").unwrap(),
        class: Class::Transactional,
        unsubscribe: None,
        now: "2026-11-20T06:00:00Z".parse().unwrap(),
    }
}

fn names(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn each_message_is_one_file_named_by_its_key() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("a/b");
    let outbox = SmsOutboxDir::open(&dir).await.unwrap();
    assert_eq!(outbox.promise(), Promise::Idempotent { retention: None });
    for n in [1, 2] {
        let text = "Su hora es mañana\nTo: +56900000009";
        outbox.send(&outbound(n, text)).await.unwrap();
    }
    let expected = [1, 2].map(|n| dir.join(format!("{}.txt", DispatchId::from_bytes([n; 16]))));
    assert_eq!(names(&dir), expected);
    assert_eq!(
        fs::read_to_string(&expected[0]).unwrap(),
        "To: +56900000001\nId: aeaqcaibaeaqcaibaeaqcaibae\n\nSu hora es mañana\nTo: +56900000009\n"
    );
}

#[tokio::test]
async fn the_same_key_again_is_the_same_file_with_the_same_bytes() {
    for durability in [Durability::Full, Durability::Rename] {
        let dir = tempfile::tempdir().unwrap();
        let outbox = SmsOutboxDir::open(dir.path()).await.unwrap();
        let outbox = outbox.with_durability(durability);
        let mut out = outbound(1, "Hola");
        outbox.send(&out).await.unwrap();
        let name = names(dir.path()).pop().unwrap();
        let first = fs::read(&name).unwrap();
        fs::write(&name, "To: +5").unwrap();
        out.again = true;
        out.now += chrono::Duration::hours(1);
        outbox.send(&out).await.unwrap();
        assert_eq!(names(dir.path()), std::slice::from_ref(&name));
        assert_eq!(fs::read(&name).unwrap(), first);
    }
}

#[tokio::test]
async fn what_a_crash_left_is_removed_and_nothing_else_is() {
    let dir = tempfile::tempdir().unwrap();
    let keep = [".oculto", "nota.txt"].map(|name| dir.path().join(name));
    keep.iter().for_each(|name| fs::write(name, "").unwrap());
    fs::write(dir.path().join(".aaaa-1-0.unfinished"), "To: +5").unwrap();
    SmsOutboxDir::open(dir.path()).await.unwrap();
    assert_eq!(names(dir.path()), keep);
}

#[tokio::test]
async fn a_directory_that_is_none_or_goes_away() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("salida");
    fs::write(&file, "").unwrap();
    let error = SmsOutboxDir::open(&file).await.unwrap_err();
    assert_eq!(error.kind(), PortErrorKind::Invalid);

    let outbox = SmsOutboxDir::open(dir.path()).await.unwrap();
    dir.close().unwrap();
    let error = outbox.send(&outbound(1, "Hola")).await.unwrap_err();
    assert_eq!(error.fate(), Fate::ChannelDown);
    let port = error.source().unwrap();
    assert_eq!(port.to_string(), "sms_outbox: send: unavailable");
    assert_eq!(port.source().unwrap().to_string(), "writing the file");
}
