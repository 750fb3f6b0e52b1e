//! Receivers that are slow, cut or huge.

use std::time::Duration;

use pregon_adapters_webhook::Webhook;
use pregon_core::{Action as _, Fate};

use crate::support::{Act, Receiver, order, said};

#[tokio::test]
async fn a17_an_answer_that_comes_too_late_is_a_doubt() {
    let receiver = Receiver::start().await;
    let config = receiver.config().with_timeout(Duration::from_millis(300));
    let webhook = Webhook::new(config).unwrap();
    for bytes in ["", "HTTP/1.1 200 OK\r\nContent-Le"] {
        receiver.next(Act::Stalls(bytes.as_bytes().to_vec()));
        let error = webhook.perform(&order("{}")).await.unwrap_err();
        assert_eq!(error.fate(), Fate::Unknown);
        let expected = "message not confirmed: webhook: tell: unavailable: the receiver did not \
                        answer in time";
        assert_eq!(said(&error), expected);
    }
}

#[tokio::test]
async fn a17_a_yes_that_then_stalls_is_a_yes() {
    let receiver = Receiver::start().await;
    let config = receiver.config().with_timeout(Duration::from_millis(300));
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{";
    receiver.next(Act::Stalls(head.to_vec()));
    assert!(
        Webhook::new(config)
            .unwrap()
            .perform(&order("{}"))
            .await
            .is_ok()
    );
}

/// Whatever arrives of a yes before it breaks off: a whole status line and head is one.
#[tokio::test]
async fn a19_an_answer_cut_at_each_byte() {
    let whole = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    let head = whole.len() - 2;
    for length in 0..=whole.len() {
        let receiver = Receiver::start().await;
        receiver.next(Act::Says(whole[..length].to_vec()));
        let answer = receiver.webhook().perform(&order("{}")).await;
        let fate = answer.err().map(|error| error.fate());
        let expected = (length < head).then_some(Fate::Unknown);
        assert_eq!(fate, expected, "after {length} bytes");
        assert_eq!(receiver.requests().len(), 1, "it is not repeated");
    }
}

/// A gigabyte is announced and begun; no more than 64 KiB of it are taken.
#[tokio::test]
async fn a19_a_huge_body_is_not_read() {
    let receiver = Receiver::start().await;
    let mut bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n".to_vec();
    bytes.extend(vec![b'x'; 256 * 1024]);
    receiver.next(Act::Stalls(bytes));
    // Were more awaited than 64 KiB, it would wait for what never comes, for ten seconds.
    let (webhook, order) = (receiver.webhook(), order("{}"));
    let told = tokio::time::timeout(Duration::from_secs(5), webhook.perform(&order));
    assert!(told.await.expect("it does not wait for the rest").is_ok());
}

/// Half a gigabyte of zeros in half a megabyte: the bytes are not taken for anything else.
#[tokio::test]
async fn a19_what_is_packed_stays_packed() {
    let receiver = Receiver::start().await;
    let mut bytes =
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n".to_vec();
    bytes.extend([0x1f, 0x8b, 0xff, 0xff]);
    receiver.next(Act::Says(bytes));
    assert!(receiver.webhook().perform(&order("{}")).await.is_ok());
}

#[tokio::test]
async fn whoever_hangs_up_before_anything_is_tried_once() {
    let receiver = Receiver::start().await;
    receiver.next(Act::HangsUpAtOnce);
    let error = receiver.webhook().perform(&order("{}")).await.unwrap_err();
    assert_eq!(error.fate(), Fate::Unknown, "the request was on its way");
    assert!(receiver.requests().is_empty());
}
