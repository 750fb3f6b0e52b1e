//! Reports in a mailbox that a mail server delivers into, and those that it posts.

use std::fs;
use std::path::Path;

use pregon_adapters_email::{BouncePost, Bounces, CallbackError, MailRefusal, Maildir};
use pregon_core::{Feedback, FeedbackKind, HashKey, PortErrorKind};

use crate::bounces::{ABUSE, POSTFIX, VACATION, mail, name, now, verp};

fn bounces() -> Bounces {
    Bounces::new().with_verp(verp())
}

/// A mailbox with these files in `new`.
fn mailbox(mails: &[(&str, &[u8])]) -> (tempfile::TempDir, Maildir) {
    let dir = tempfile::tempdir().unwrap();
    for part in ["new", "cur", "tmp"] {
        fs::create_dir(dir.path().join(part)).unwrap();
    }
    for (name, mail) in mails {
        fs::write(dir.path().join("new").join(name), mail).unwrap();
    }
    let maildir = Maildir::open(dir.path()).unwrap();
    (dir, maildir)
}

fn files(dir: &Path, part: &str) -> Vec<String> {
    let entries = fs::read_dir(dir.join(part)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

fn ids(told: &[Feedback]) -> Vec<String> {
    let key = HashKey::new([7; 32]);
    let mut ids: Vec<String> = told.iter().map(|it| format!("{:?}", it.id(&key))).collect();
    ids.sort();
    ids
}

#[test]
fn what_is_kept_is_put_away_and_the_rest_set_aside() {
    let (postfix, abuse, vacation) = (mail(POSTFIX), mail(ABUSE), mail(VACATION));
    let (dir, maildir) = mailbox(&[
        ("1.a.mx", &postfix),
        ("2.b.mx:2,", &abuse),
        ("3.c.mx", &vacation),
        (".hidden", b"of the mail server"),
    ]);
    fs::create_dir(dir.path().join("new/folder")).unwrap();
    let batch = maildir.take(&bounces(), 100).unwrap();
    let mut kinds: Vec<FeedbackKind> = batch.feedback().iter().map(|it| it.kind).collect();
    kinds.sort();
    let mut expected = [FeedbackKind::BouncedHard, FeedbackKind::Complained];
    expected.sort();
    assert_eq!(kinds, expected);
    assert!(batch.reports().all(|report| report.message == Some(name())));
    let refused: Vec<_> = batch.refused().collect();
    let none = CallbackError::Shape("a report of delivery or a complaint");
    assert_eq!(refused, [("3.c.mx", &MailRefusal::Mail(none))]);
    assert_eq!(files(dir.path(), "cur"), [""; 0], "nothing is kept yet");

    batch.done().unwrap();
    assert_eq!(files(dir.path(), "cur"), ["1.a.mx:2,S", "2.b.mx:2,"]);
    assert_eq!(files(dir.path(), "bad"), ["3.c.mx", "3.c.mx.reason"]);
    let reason = fs::read_to_string(dir.path().join("bad/3.c.mx.reason")).unwrap();
    assert_eq!(reason, "it is not a report of delivery or a complaint\n");
    assert_eq!(files(dir.path(), "new"), [".hidden", "folder"]);
    assert!(maildir.take(&bounces(), 100).unwrap().is_empty());
}

#[test]
fn a23_who_is_killed_in_between_reads_the_same_again() {
    let undated = POSTFIX.replace("Date: ", "X-Date: ");
    let mails = [mail(POSTFIX), mail(ABUSE), mail(&undated)];
    let named: Vec<(String, &[u8])> = (0..3).map(|n| (n.to_string(), &*mails[n])).collect();
    let named: Vec<(&str, &[u8])> = named.iter().map(|(name, mail)| (&**name, *mail)).collect();
    let (dir, maildir) = mailbox(&named);
    let first = ids(&maildir.take(&bounces(), 100).unwrap().feedback());
    let again = maildir.take(&bounces(), 100).unwrap();
    assert_eq!((first.len(), ids(&again.feedback())), (3, first.clone()));
    // Killed after some were put away, or somebody else put one away.
    fs::rename(dir.path().join("new/1"), dir.path().join("cur/1:2,S")).unwrap();
    again.done().unwrap();
    assert_eq!(files(dir.path(), "cur"), ["0:2,S", "1:2,S", "2:2,S"]);
    assert!(maildir.take(&bounces(), 100).unwrap().is_empty());
}

#[test]
fn so_many_at_a_time_are_all_in_the_end() {
    let report = mail(POSTFIX);
    let names: Vec<String> = (0..25).map(|n| format!("{n}.mx")).collect();
    let mails: Vec<(&str, &[u8])> = names.iter().map(|name| (&**name, &*report)).collect();
    let (_dir, maildir) = mailbox(&mails);
    let mut sizes = Vec::new();
    loop {
        let batch = maildir.take(&bounces(), 10).unwrap();
        if batch.is_empty() {
            break;
        }
        sizes.push(batch.reports().count());
        batch.done().unwrap();
    }
    assert_eq!(sizes, [10, 10, 5]);
}

#[test]
fn what_is_too_large_is_not_read() {
    let (dir, maildir) = mailbox(&[]);
    let file = fs::File::create(dir.path().join("new/huge")).unwrap();
    file.set_len(8 << 40).unwrap();
    let batch = maildir.take(&bounces(), 10).unwrap();
    let most = 16 * 1024 * 1024;
    let (name, why) = batch.refused().next().unwrap();
    assert_eq!(name, "huge");
    assert_eq!(*why, MailRefusal::Mail(CallbackError::TooLarge { most }));
    assert_eq!(files(dir.path(), "bad"), ["huge", "huge.reason"]);
}

#[cfg(unix)]
#[test]
fn a_link_leads_nowhere() {
    let (dir, maildir) = mailbox(&[]);
    std::os::unix::fs::symlink("/etc/hostname", dir.path().join("new/link")).unwrap();
    assert!(maildir.take(&bounces(), 10).unwrap().is_empty());
    assert_eq!(files(dir.path(), "new"), ["link"]);
}

#[test]
fn what_is_no_mailbox_is_not_opened() {
    let dir = tempfile::tempdir().unwrap();
    let error = Maildir::open(dir.path()).unwrap_err();
    assert_eq!(error.kind(), PortErrorKind::Invalid);
    fs::create_dir(dir.path().join("new")).unwrap();
    fs::write(dir.path().join("cur"), "a file").unwrap();
    let error = Maildir::open(dir.path()).unwrap_err();
    assert_eq!(error.kind(), PortErrorKind::Invalid);
}

#[test]
fn c4_only_who_knows_the_token_posts() {
    let token = "0123456789abcdef0123456789abcdef";
    let post = BouncePost::new(bounces(), token).unwrap();
    let (right, kind) = (format!("Bearer {token}"), "message/rfc822; charset=utf-8");
    let read = |header: Option<&str>| post.read(header, kind, &mail(POSTFIX), now());
    let report = read(Some(&right)).unwrap();
    assert_eq!(report.feedback()[0].kind, FeedbackKind::BouncedHard);
    assert_eq!(read(None), Err(CallbackError::Missing("Authorization")));
    for bit in 0..right.len() * 8 {
        let mut bytes = right.clone().into_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        if let Ok(forged) = String::from_utf8(bytes)
            && forged.trim() != right
        {
            assert_eq!(read(Some(&forged)), Err(CallbackError::Signature), "{bit}");
        }
    }
    for forged in ["", "Bearer", "Bearer ", token, &right[..right.len() - 1]] {
        assert_eq!(
            read(Some(forged)),
            Err(CallbackError::Signature),
            "{forged}"
        );
    }
    let other = post.read(Some(&right), "application/json", b"{}", now());
    assert!(matches!(other, Err(CallbackError::Shape(_))));
    for token in ["short", &"ñ".repeat(40), &" ".repeat(40)] {
        assert!(BouncePost::new(bounces(), token).is_err(), "{token:?}");
    }
    assert!(!format!("{post:?}").contains(token));
}
