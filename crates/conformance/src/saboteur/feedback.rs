//! What came back, in a store that breaks one promise.

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use pregon_core::{
    About, Awaited, ChannelName, Cursor, DispatchRef, Feedback, FeedbackKind, FeedbackStore, Heard,
    Hearing, Page, PortError, SenderName, Tallies, Tally,
};

use super::{SabotagedStore, StoreFault};

#[async_trait]
impl FeedbackStore for SabotagedStore {
    async fn hear(&self, reports: &[Feedback], now: DateTime<Utc>) -> Result<Hearing, PortError> {
        if self.is(StoreFault::HearsNothing) {
            return Ok(Hearing::default());
        }
        let mut reports = reports.to_vec();
        if self.is(StoreFault::TakesEachReportForANewOne) {
            let mut memory = self.memory();
            for report in &mut reports {
                memory.names += 1;
                report.at += Duration::microseconds(memory.names * 10);
            }
        }
        if self.is(StoreFault::MissesWords) {
            for report in reports.iter_mut().filter(|it| it.kind.suppresses()) {
                report.kind = match report.kind {
                    FeedbackKind::BouncedHard => FeedbackKind::BouncedSoft,
                    _ => FeedbackKind::Replied,
                };
            }
        }
        if self.is(StoreFault::ProvesNothingByReports) {
            reports
                .iter_mut()
                .for_each(|it| it.kind = FeedbackKind::Failed);
        }
        if self.is(StoreFault::ThrowsAwayTheUnknown) {
            reports.retain(|it| matches!(it.about, About::Dispatch(_)));
        }
        self.honest.hear(&reports, now).await
    }

    async fn awaited<'a>(
        &self,
        channel: &ChannelName,
        since: DateTime<Utc>,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Awaited>, PortError> {
        let since = match self.is(StoreFault::AwaitsWhatIsLongOver) {
            true => since - Duration::days(365),
            false => since,
        };
        self.honest.awaited(channel, since, after, limit).await
    }

    async fn heard(&self, of: &[DispatchRef]) -> Result<Vec<Heard>, PortError> {
        let mut heard = self.honest.heard(of).await?;
        if self.is(StoreFault::MixesUpWhatWasHeard) {
            heard.reverse();
        }
        Ok(heard)
    }
}

#[async_trait]
impl Tallies for SabotagedStore {
    async fn tally(&self, by: &SenderName, since: DateTime<Utc>) -> Result<Tally, PortError> {
        let mut tally = self.honest.tally(by, since).await?;
        if self.is(StoreFault::CountsNoComplaints) {
            tally.complained = 0;
        }
        Ok(tally)
    }

    async fn taken(
        &self,
        by: &SenderName,
        since: DateTime<Utc>,
        most: u64,
    ) -> Result<u64, PortError> {
        let since = match self.is(StoreFault::CountsWithoutEnd) {
            true => DateTime::UNIX_EPOCH,
            false => since,
        };
        self.honest.taken(by, since, most).await
    }
}
