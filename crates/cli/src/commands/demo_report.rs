//! What the demonstration tells at its end.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use pregon::{CampaignId, DispatchQuery, DispatchView, PassReport, Reason, State, Zone};

use super::demo_files::Span;
use super::explain::all;
use crate::campaign_file::CampaignFile;
use crate::config::{Channels, Config, Keeper, NAME};
use crate::output::{Cells, Failure, Out, Phrase, table};

/// What became of a campaign's dispatches.
#[derive(Debug, Default)]
struct Counts {
    planned: u64,
    sent: u64,
    waiting: u64,
    refused: u64,
    unreachable: u64,
    failed: u64,
    why: BTreeMap<Reason, u64>,
}

/// What became of everything that the store knows.
pub(super) struct Report {
    /// Each campaign's id and name, with its counts.
    campaigns: Vec<(CampaignId, String, Counts)>,
    people: usize,
    zone: Option<Zone>,
    sent: Option<DispatchView>,
    capped: Option<DispatchView>,
    refused: Option<DispatchView>,
}

impl Report {
    /// Reads it.
    pub(super) async fn of(
        store: &dyn Keeper,
        files: &[CampaignFile],
        config: &Config,
    ) -> Result<Self, Failure> {
        let mut report = Self {
            campaigns: Vec::new(),
            people: 0,
            zone: config.file.zone,
            sent: None,
            capped: None,
            refused: None,
        };
        let mut people = BTreeSet::new();
        for file in files {
            let campaign = &file.campaign;
            let query = DispatchQuery::all().of_campaign(campaign.id.clone());
            let mut counts = Counts::default();
            for view in all(store, &query).await? {
                people.insert(view.key.customer.clone());
                counts.add(&view);
                report.example(view);
            }
            report
                .campaigns
                .push((campaign.id.clone(), campaign.name.clone(), counts));
        }
        report.people = people.len();
        Ok(report)
    }

    /// Keeps the first of each kind as an example.
    fn example(&mut self, view: DispatchView) {
        let place = match (view.standing.state, view.reason) {
            (State::Accepted, _) => &mut self.sent,
            (State::Scheduled | State::Capped | State::Expired, Some(Reason::Limit)) => {
                &mut self.capped
            }
            (State::Expired, Some(_)) => &mut self.capped,
            (State::Suppressed, Some(Reason::OptedOut | Reason::NoAddress)) => &mut self.refused,
            _ => return,
        };
        place.get_or_insert(view);
    }

    /// Tells it to people.
    pub(super) fn tell(
        &self,
        dir: &Path,
        channels: &Channels,
        total: &PassReport,
        span: Span,
        out: Out,
    ) {
        let say = |phrase| out.say(phrase);
        out.human("");
        out.human(say(Phrase::DemoTitle));
        let (from, to) = (span.start.format("%Y-%m-%d"), span.end.format("%Y-%m-%d"));
        let people = say(Phrase::DemoPeople);
        out.human(&format!(
            "{}: {from} – {to} · {} {people}",
            say(Phrase::DemoSpan),
            self.people
        ));
        out.human("");
        out.human(&self.table(out));
        for (_, name, counts) in &self.campaigns {
            let why: Vec<String> = counts
                .why
                .iter()
                .map(|(why, n)| format!("{why} {n}"))
                .collect();
            out.human(&format!("  {name}: {}", why.join(" · ")));
        }
        out.human("");
        out.human(&format!(
            "{}: {} {}",
            say(Phrase::ThisRun),
            total.accepted,
            say(Phrase::NewMessages)
        ));
        out.human("");
        out.human(say(Phrase::DemoExamples));
        let config = dir.join(NAME);
        let examples = [
            (&self.sent, Phrase::DemoWasSent),
            (&self.capped, Phrase::DemoWasCapped),
            (&self.refused, Phrase::DemoWasRefused),
        ];
        for (view, phrase) in examples {
            if let Some(view) = view {
                self.one(view, phrase, &config, out);
            }
        }
        out.human("");
        let dirs: Vec<_> = channels
            .dirs
            .iter()
            .map(|dir| dir.display().to_string())
            .collect();
        out.human(&format!("{}: {}", say(Phrase::DemoFiles), dirs.join(", ")));
        out.human(&format!("{}: {}", say(Phrase::DemoChange), dir.display()));
        out.human(say(Phrase::DemoAgain));
    }

    fn one(&self, view: &DispatchView, phrase: Phrase, config: &Path, out: Out) {
        let at = match self.zone {
            Some(zone) => zone.local(view.at).format("%Y-%m-%d %H:%M").to_string(),
            None => view.at.format("%Y-%m-%d %H:%MZ").to_string(),
        };
        let reason = view
            .reason
            .map(|reason| format!(": {reason}"))
            .unwrap_or_default();
        let rule = view
            .rule
            .as_ref()
            .map(|rule| format!(" ({rule})"))
            .unwrap_or_default();
        let (customer, state) = (&view.key.customer, view.standing.state);
        let (campaign, words) = (&view.key.campaign, out.say(phrase));
        out.human(&format!("  {customer} {words}"));
        out.human(&format!("      {campaign} · {state}{reason}{rule} · {at}"));
        let config = config.display();
        out.human(&format!(
            "      pregon explain --config {config} --customer {customer}"
        ));
    }

    fn table(&self, out: Out) -> String {
        let head = [
            Phrase::Campaign,
            Phrase::Planned,
            Phrase::Sent,
            Phrase::Waiting,
            Phrase::Refused,
            Phrase::Unreachable,
            Phrase::Failed,
        ];
        let rows = self.campaigns.iter().map(|(id, _, counts)| -> Cells {
            let numbers = [
                counts.planned,
                counts.sent,
                counts.waiting,
                counts.refused,
                counts.unreachable,
                counts.failed,
            ];
            let numbers = numbers.iter().map(ToString::to_string);
            [id.to_string()].into_iter().chain(numbers).collect()
        });
        table(&head.map(|phrase| out.say(phrase)), rows.collect(), 1..7)
    }
}

impl Counts {
    fn add(&mut self, view: &DispatchView) {
        self.planned += 1;
        if let Some(reason) = view.reason
            && view.standing.state != State::Accepted
        {
            *self.why.entry(reason).or_default() += 1;
        }
        let place = match view.standing.state {
            State::Accepted => &mut self.sent,
            State::Scheduled | State::Sending | State::Resend => &mut self.waiting,
            State::Failed | State::Dead | State::Unknown => &mut self.failed,
            _ if matches!(
                view.reason,
                Some(Reason::NoAddress | Reason::InvalidAddress)
            ) =>
            {
                &mut self.unreachable
            }
            _ => &mut self.refused,
        };
        *place += 1;
    }
}
