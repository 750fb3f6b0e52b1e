//! Answers requests with what the engine knows and records.

mod form;
mod link;
mod refusal;
mod track;

use std::fmt;
use std::sync::Arc;

use pregon_core::{ChannelName, Class, Engine, EngineError, LinkUse, Purpose};

use crate::choices::Menu;
use crate::language::Language;
use crate::page::{House, Notice, notice};
use crate::request::{Method, Request};
use crate::response::Response;
use crate::route::{Page, route};
use crate::words::WORDING;

/// The pages of one engine: what a host mounts under the URL of its
/// [`Links`](pregon_core::Links).
///
/// # What a form may take back
///
/// A token speaks for the person of its dispatch and for the address that it went to. With it a
/// form takes back refusals of what is promotional and of single purposes, whoever recorded them,
/// and what it ticks is a consent, kept with the version of the text that the person read. It
/// cannot take back:
///
/// * a complaint, a dead address or STOP, which refuse everything on a channel;
/// * what was refused at another address of the person: only a link that went there speaks for it;
/// * what the source of customers itself carries;
/// * what is left of somebody who was forgotten and had the same address.
///
/// Such a box is shown, cannot be ticked, and says why.
///
/// ```
/// # use std::sync::Arc;
/// # use pregon_core::testing::{ManualClock, Recording, poll_times};
/// # use pregon_core::memory::{MemorySource, MemoryStore};
/// # use pregon_core::*;
/// use pregon_adapters_web::{Centre, Request};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let ana = Customer::new("C-1")?.email("ana@example.org");
/// # let source = MemorySource::new().with_customers([ana]);
/// # let email = Recording::email();
/// let engine = Engine::builder()
///     // …
/// #   .store(Arc::new(MemoryStore::new()))
/// #   .clock(Arc::new(ManualClock::at("2026-11-20T12:00:00Z")))
/// #   .customers(Arc::new(source))
/// #   .consent(Consent::OptOut)
/// #   .zone("America/Santiago".parse()?)
/// #   .action(Arc::new(email.clone()))
///     .links(Links::new("https://m.example.org")?)
///     .build()?;
/// # let step = Step::email("correo", "Hola", "Baja: {{unsubscribe_url}}")?;
/// # let journey = Journey::new("a", TriggerSpec::OnDemand)?.step(step);
/// # let campaign = Campaign::new("boletin", "newsletter")?.with(journey);
/// # let done = poll_times(10_000, async {
/// # engine.activate(campaign).await?;
/// # let (campaign, journey) = ("boletin".parse().unwrap(), "a".parse().unwrap());
/// # engine.broadcast(&campaign, journey, "1".parse().unwrap()).await?;
/// # let _ = engine.pass().await?;
/// # let text = email.sent()[0].parts["text"].clone();
/// # let link = text.strip_prefix("Baja: https://m.example.org").expect("the link").to_owned();
/// let engine = Arc::new(engine);
/// let centre = Centre::new(Arc::clone(&engine)).with_brand("Spa Sol");
///
/// // What a program that guards mailboxes does, and what a mailbox provider does.
/// let shown = centre.handle(&Request::new("GET", &link)).await;
/// let ana = Subject::Customer("C-1".parse().expect("an id"));
/// assert!(shown.status == 200 && engine.words(&ana).await?.is_empty());
/// let one_click = Request::new("POST", &link).body("List-Unsubscribe=One-Click");
/// assert_eq!(centre.handle(&one_click).await.status, 200);
/// assert_eq!(engine.words(&ana).await?[0].preference.source, "unsubscribe_link");
/// # Ok::<(), EngineError>(()) });
/// # done.expect("the memory adapters never wait")?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Centre {
    engine: Arc<Engine>,
    house: House,
    channels: Option<Vec<ChannelName>>,
    purposes: Option<Vec<Purpose>>,
    wording: String,
}

impl Centre {
    /// The pages of an engine, with boxes for all its channels and for the promotional purposes of
    /// its campaigns.
    #[must_use]
    pub fn new(engine: Arc<Engine>) -> Self {
        Self {
            engine,
            house: House::default(),
            channels: None,
            purposes: None,
            wording: WORDING.to_owned(),
        }
    }

    /// In whose name the pages are.
    #[must_use]
    pub fn with_brand(mut self, name: &str) -> Self {
        self.house.brand = Some(name.to_owned());
        self
    }

    /// With boxes for these channels; of those that the engine does not have none is shown.
    #[must_use]
    pub fn with_channels(mut self, channels: impl IntoIterator<Item = ChannelName>) -> Self {
        self.channels = Some(channels.into_iter().collect());
        self
    }

    /// With boxes for these purposes. Transactional ones may be among them: a reminder of a booking
    /// is something that people refuse; leave out what the law or the business must send.
    #[must_use]
    pub fn with_purposes(mut self, purposes: impl IntoIterator<Item = Purpose>) -> Self {
        self.purposes = Some(purposes.into_iter().collect());
        self
    }

    /// With a name of the host's own for a channel or a purpose.
    #[must_use]
    pub fn with_label(mut self, of: &str, language: Language, label: &str) -> Self {
        self.house
            .labels
            .insert((of.to_owned(), language), label.to_owned());
        self
    }

    /// With a version of the text of the host's own: a new one for every change of labels, so that
    /// each consent says what the person read.
    #[must_use]
    pub fn with_wording(mut self, version: &str) -> Self {
        self.wording = version.to_owned();
        self
    }

    /// Answers a request. What goes wrong is an answer too, and a warning of `tracing` without any
    /// token.
    pub async fn handle(&self, request: &Request) -> Response {
        let answered = match route(request.path()) {
            Some((page, token)) => self.page(request, page, token).await,
            None => Ok(self.notice(request, None, Notice::Unknown)),
        };
        let response = answered.unwrap_or_else(|error| {
            tracing::warn!(%error, "a page of a link could not be answered");
            self.notice(request, None, Notice::Failed)
                .with("retry-after", "120")
        });
        match request.method() {
            Method::Head => response.without_body(),
            _ => response,
        }
    }

    async fn page(
        &self,
        request: &Request,
        page: Page,
        token: &str,
    ) -> Result<Response, EngineError> {
        let acts = matches!(page, Page::Unsubscribe | Page::Preferences);
        match request.method() {
            Method::Get | Method::Head => {}
            Method::Post if acts => {}
            Method::Post | Method::Other => {
                let allowed = if acts { "GET, HEAD, POST" } else { "GET, HEAD" };
                return Ok(self
                    .notice(request, None, Notice::Method)
                    .with("allow", allowed));
            }
        }
        let keys = self.engine.link_keys().await?;
        let target = match page {
            Page::Click => request.asked("to").unwrap_or_default(),
            _ => String::new(),
        };
        let r#use = match page {
            Page::Unsubscribe => LinkUse::Unsubscribe,
            Page::Preferences => LinkUse::Preferences,
            Page::Open => LinkUse::Open,
            Page::Click => LinkUse::Click(&target),
        };
        let Ok(name) = keys.verify(r#use, token) else {
            return Ok(self.notice(request, None, Notice::Unknown));
        };
        match page {
            Page::Open => Ok(self.opened(request, name).await),
            Page::Click => Ok(self.clicked(request, name, &target).await),
            Page::Unsubscribe | Page::Preferences => {
                let Some(link) = self.link(name).await? else {
                    return Ok(self.notice(request, None, Notice::Gone));
                };
                match page {
                    Page::Unsubscribe => self.unsubscribe(request, &link, &keys).await,
                    _ => self.preferences(request, &link).await,
                }
            }
        }
    }

    fn language(&self, request: &Request, own: Option<&str>) -> Language {
        Language::choose(
            request.asked("lang").as_deref(),
            request.accept_language(),
            own,
        )
    }

    fn notice(&self, request: &Request, own: Option<&str>, what: Notice) -> Response {
        let language = self.language(request, own);
        Response::page(what.status(), language, notice(&self.house, language, what))
    }

    /// What the page of a dispatch offers: its own purpose too, even of a campaign that is gone.
    async fn menu(&self, link: &link::Link) -> Result<Menu, EngineError> {
        let mut menu = Menu::default();
        for (channel, kind) in self.engine.channels() {
            match &self.channels {
                Some(shown) if !shown.contains(channel) => menu.unshown.push(channel.clone()),
                _ => menu.channels.push((channel.clone(), kind)),
            }
        }
        if let Some(shown) = &self.channels {
            let place = |of: &ChannelName| shown.iter().position(|it| it == of);
            menu.channels.sort_by_key(|(channel, _)| place(channel));
        }
        let purposes = match &self.purposes {
            Some(purposes) => purposes.clone(),
            None => {
                let campaigns = self.engine.store().campaigns().await?;
                let all = campaigns
                    .into_iter()
                    .map(|it| it.record.campaign().purpose.clone());
                let mut all: Vec<Purpose> = all.chain([link.purpose().clone()]).collect();
                all.retain(|it| self.engine.class(it) == Some(Class::Promotional));
                all.sort_unstable();
                all.dedup();
                all
            }
        };
        let classed = purposes.into_iter();
        menu.purposes = classed
            .filter_map(|purpose| Some((self.engine.class(&purpose)?, purpose)))
            .map(|(class, purpose)| (purpose, class))
            .collect();
        Ok(menu)
    }
}

impl fmt::Debug for Centre {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Centre")
            .field("wording", &self.wording)
            .finish_non_exhaustive()
    }
}
