//! Sources of feedback that break one promise each.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use futures_util::FutureExt as _;
use pregon_conformance as suites;
use pregon_core::testing::Reports;
use pregon_core::{About, Awaited, ChannelName, Feedback, FeedbackSource, PortError};

use super::{Fault, check};
use crate::common;

#[derive(Debug)]
struct Provider(Reports, Fault, AtomicU64);

#[async_trait]
impl FeedbackSource for Provider {
    async fn ask(&self, about: &[Awaited], now: DateTime<Utc>) -> Result<Vec<Feedback>, PortError> {
        let mut about = about.to_vec();
        if self.1 == "tells of the first alone" {
            about.truncate(1);
        }
        let mut told = self.0.ask(&about, now).await?;
        let round = self.2.fetch_add(1, Ordering::Relaxed);
        match self.1 {
            "gives the time of the question" => {
                for report in &mut told {
                    report.at += Duration::seconds(round.cast_signed());
                }
            }
            "tells of before" => told.iter_mut().for_each(|it| it.at -= Duration::days(1)),
            "names no channel of ours" => {
                for report in &mut told {
                    report.channel = ChannelName::new("other").unwrap();
                }
            }
            "speaks of somebody" => {
                let mut more = told.first().cloned();
                if let Some(more) = &mut more {
                    more.about = About::Reference("whose".to_owned());
                }
                told.extend(more);
            }
            "knows everything" => {
                let of = |it: &Awaited| Feedback {
                    about: About::Reference(it.reference.clone()),
                    kind: pregon_core::FeedbackKind::Delivered,
                    at: it.at,
                    provider: "reports".into(),
                    channel: ChannelName::new("sms").unwrap(),
                    to: None,
                    refuses: pregon_core::PurposeScope::Promotional,
                    code: None,
                };
                told.extend(about.iter().map(of));
            }
            _ => {}
        }
        Ok(told)
    }
}

#[tokio::test]
async fn feedback_sources() {
    let faults: [(Fault, &[&str]); 7] = [
        ("", &[]),
        (
            "tells of the first alone",
            &["what_came_back_is_told", "one_alone_is_told_the_same"],
        ),
        (
            "gives the time of the question",
            &[
                "told_again_it_is_the_same",
                "one_alone_is_told_the_same",
                "the_unknown_is_left_out",
            ],
        ),
        ("tells of before", &["nothing_comes_back_early"]),
        ("names no channel of ours", &["reports_name_their_channel"]),
        (
            "speaks of somebody",
            &["nobody_else_is_spoken_of", "one_alone_is_told_the_same"],
        ),
        (
            "knows everything",
            &["what_came_back_is_told", "the_unknown_is_left_out"],
        ),
    ];
    for (fault, expected) in faults {
        let make = || {
            let made =
                common::feedback(|reports| Arc::new(Provider(reports, fault, AtomicU64::new(0))));
            async { made }.boxed()
        };
        let verdicts = suites::feedback_source::verdicts(&make).await;
        check(fault, verdicts, expected);
    }
}
