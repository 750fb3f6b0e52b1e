//! All that a store has of one person, as a document.

use chrono::{DateTime, Utc};

use crate::{
    AddressHash, AudienceStore, BookEntry, Books, CampaignId, CampaignStore, ChannelName, Class,
    CustomerId, FeedbackKind, JourneyId, LimitId, OccurrenceId, PortError, PreferenceEntry,
    PreferenceStore, Profile, Purpose, StepId, Subject, Word, Zone,
};

/// How many dispatches are read at once.
const PAGE: u32 = 1000;

/// All that a store has of one person.
///
/// Names, addresses and attributes are not in it: they are the host's, and a store keeps none of
/// them but the values that a frozen audience's rule read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Export {
    /// The version of this form.
    pub v: u32,
    /// Whose it is.
    pub customer: CustomerId,
    /// What was planned for the person and what became of it, in the order in which it was planned.
    pub dispatches: Vec<ExportedDispatch>,
    /// What the person said, and what was said of the addresses of the dispatches, oldest first.
    pub words: Vec<ExportedWord>,
    /// The frozen audiences in which the person is.
    pub audiences: Vec<ExportedAudience>,
}

/// A dispatch of a person.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct ExportedDispatch {
    /// Its key.
    pub key: String,
    /// The campaign.
    pub campaign: CampaignId,
    /// The journey.
    pub journey: JourneyId,
    /// The step.
    pub step: StepId,
    /// What it was about: an instant, a record, a broadcast.
    pub occurrence: OccurrenceId,
    /// By what it was sent.
    pub channel: ChannelName,
    /// Why.
    pub purpose: Purpose,
    /// Whether it is promotional or transactional.
    pub class: Class,
    /// Where it stands.
    pub state: &'static str,
    /// Why it was not sent, or not yet.
    pub reason: Option<&'static str>,
    /// The limit that refused it.
    pub rule: Option<LimitId>,
    /// What came back of it, the lightest first: `delivered`, `opened`, `complained`.
    pub heard: Vec<&'static str>,
    /// How often it was tried.
    pub attempts: u32,
    /// When it first began.
    pub first_at: Option<DateTime<Utc>>,
    /// When it last changed.
    pub at: DateTime<Utc>,
    /// The keyed hash of the address it was for, in hexadecimal digits.
    pub address_hash: Option<String>,
    /// The person's zone when it began.
    pub zone: Option<Zone>,
}

/// A word of a person, or about an address of theirs.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct ExportedWord {
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// `opt_out` or `opt_in`.
    pub word: &'static str,
    /// The channel; null is every channel.
    pub channel: Option<ChannelName>,
    /// The purpose; `*` is everything, `*promotional` everything promotional.
    pub purpose: String,
    /// How it came.
    pub source: String,
    /// The version of the text that was agreed to.
    pub wording: Option<String>,
    /// The keyed hash of the address that it speaks of; null when it speaks of the person.
    pub address_hash: Option<String>,
}

/// A frozen audience in which a person is.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct ExportedAudience {
    /// The campaign.
    pub campaign: CampaignId,
    /// The journey.
    pub journey: JourneyId,
    /// The values that its rule read, where they are kept.
    pub profile: Profile,
}

/// Reads all that a store has of a person, for whoever has a right to it: LOPDP (Ecuador) art. 13,
/// Ley 1581 (Colombia) art. 8 a, Ley 21.719 (Chile) art. 5, GDPR art. 15.
///
/// ```
/// # use pregon_core::{export, memory::MemoryStore, testing::poll_times};
/// let (store, ana) = (MemoryStore::new(), "C-1".parse()?);
/// let export = poll_times(100, export(&store, &ana)).expect("memory never waits")?;
/// assert_eq!(
///     serde_json::to_string(&export)?,
///     r#"{"v":1,"customer":"C-1","dispatches":[],"words":[],"audiences":[]}"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When the store cannot be read.
pub async fn export<S>(store: &S, customer: &CustomerId) -> Result<Export, PortError>
where
    S: Books + PreferenceStore + CampaignStore + AudienceStore + ?Sized,
{
    let mut entries = Vec::new();
    let mut after = None;
    loop {
        let page = store.entries_of(customer, after.as_ref(), PAGE).await?;
        entries.extend(page.items);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    Ok(Export {
        v: 1,
        customer: customer.clone(),
        words: words(store, customer, &entries).await?,
        dispatches: entries.iter().map(ExportedDispatch::of).collect(),
        audiences: audiences(store, customer).await?,
    })
}

async fn words<S: PreferenceStore + ?Sized>(
    store: &S,
    customer: &CustomerId,
    entries: &[BookEntry],
) -> Result<Vec<ExportedWord>, PortError> {
    let own = Subject::Customer(customer.clone());
    let mut words: Vec<ExportedWord> = Vec::new();
    let addresses: std::collections::BTreeSet<AddressHash> =
        entries.iter().filter_map(|entry| entry.address).collect();
    let addresses = addresses.into_iter().map(Subject::Address);
    for subject in std::iter::once(own).chain(addresses) {
        let history = store.history(&subject).await?;
        words.extend(history.into_iter().map(ExportedWord::of));
    }
    words.sort_by_key(|word| word.at);
    Ok(words)
}

async fn audiences<S: CampaignStore + AudienceStore + ?Sized>(
    store: &S,
    customer: &CustomerId,
) -> Result<Vec<ExportedAudience>, PortError> {
    let mut audiences = Vec::new();
    for stored in store.campaigns().await? {
        for (journey, frozen) in stored.record.frozen() {
            let found = store.find_members(frozen.id, std::slice::from_ref(customer));
            audiences.extend(found.await?.into_iter().map(|member| ExportedAudience {
                campaign: stored.record.campaign().id.clone(),
                journey: journey.clone(),
                profile: member.profile,
            }));
        }
    }
    Ok(audiences)
}

impl ExportedDispatch {
    fn of(entry: &BookEntry) -> Self {
        let (view, key) = (&entry.view, &entry.view.key);
        Self {
            key: view.id.to_string(),
            campaign: key.campaign.clone(),
            journey: key.journey.clone(),
            step: key.step.clone(),
            occurrence: key.occurrence.clone(),
            channel: key.channel.clone(),
            purpose: view.purpose.clone(),
            class: entry.class,
            state: view.standing.state.as_str(),
            reason: view.reason.map(crate::Reason::as_str),
            rule: view.rule.clone(),
            heard: entry.heard.kinds().map(FeedbackKind::as_str).collect(),
            attempts: view.attempts,
            first_at: entry.first_at,
            at: view.at,
            address_hash: entry.address.map(hex),
            zone: entry.zone,
        }
    }
}

impl ExportedWord {
    fn of(entry: PreferenceEntry) -> Self {
        let said = entry.preference;
        let address_hash = match said.subject {
            Subject::Address(hash) => Some(hex(hash)),
            Subject::Customer(_) | Subject::Named(_) => None,
        };
        Self {
            at: entry.at,
            word: match said.word {
                Word::OptOut => "opt_out",
                Word::OptIn => "opt_in",
            },
            purpose: said.scope.purpose.as_str().to_owned(),
            channel: said.scope.channel,
            source: said.source,
            wording: said.wording,
            address_hash,
        }
    }
}

fn hex(hash: AddressHash) -> String {
    data_encoding::HEXLOWER.encode(hash.as_bytes())
}
