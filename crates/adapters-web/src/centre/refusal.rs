//! The page of an unsubscribe link, and its one click.

use pregon_core::{
    About, EngineError, Feedback, FeedbackKind, LinkKeys, LinkUse, Preference, PreferenceScope,
    PurposeScope, Subject, Word,
};

use super::Centre;
use super::link::Link;
use crate::form::{Fields, FormError};
use crate::page::{Asked, Notice, unsubscribe};
use crate::request::{Method, Request};
use crate::response::Response;

/// Under which name the words of a link are kept.
const SOURCE: &str = "unsubscribe_link";

impl Centre {
    pub(super) async fn unsubscribe(
        &self,
        request: &Request,
        link: &Link,
        keys: &LinkKeys,
    ) -> Result<Response, EngineError> {
        let refused = self.has_refused(link).await?;
        let asked = if request.method() == Method::Post {
            match Fields::parse(request.content_type(), request.bytes()) {
                Ok(fields) if is_one_click(&fields) => {}
                Err(FormError::TooLarge) => {
                    return Ok(self.notice(request, link.language(), Notice::TooLarge));
                }
                // Not what RFC 8058 says and no button of ours: nobody has asked for anything.
                Ok(_) | Err(FormError::Type) => {
                    return Ok(self.notice(request, link.language(), Notice::Form));
                }
            }
            let in_flight = if refused { 0 } else { self.refuse(link).await? };
            Asked::Refused { in_flight }
        } else if refused {
            Asked::Already
        } else {
            Asked::Shown
        };
        let language = self.language(request, link.language());
        let choose = keys.sign(LinkUse::Preferences, &link.name);
        let html = unsubscribe(&self.house, language, &link.channel, asked, &choose);
        Ok(Response::page(200, language, html))
    }

    async fn has_refused(&self, link: &Link) -> Result<bool, EngineError> {
        let known = self.known(link).await?;
        Ok(known.is_refused(&link.channel, link.own.len()))
    }

    /// Refuses what is promotional on the channel, for the person and for the address; how many
    /// messages had begun before.
    ///
    /// The person's word first: should the second not be kept, nothing is sent to the person all
    /// the same, and whoever asks again finishes it.
    async fn refuse(&self, link: &Link) -> Result<u64, EngineError> {
        let person = link
            .own
            .iter()
            .filter(|it| matches!(it, Subject::Customer(_)));
        let words = person.map(|subject| Preference {
            subject: subject.clone(),
            scope: PreferenceScope {
                channel: Some(link.channel.clone()),
                purpose: PurposeScope::Promotional,
            },
            word: Word::OptOut,
            source: SOURCE.to_owned(),
            wording: None,
        });
        let recorded = self.engine.record(&words.collect::<Vec<_>>()).await?;
        let report = Feedback {
            provider: SOURCE.into(),
            channel: link.channel.clone(),
            about: About::Dispatch(link.name),
            kind: FeedbackKind::Unsubscribed,
            at: self.engine.present().await?,
            to: None,
            refuses: PurposeScope::Promotional,
            code: None,
        };
        let _ = self.engine.hear(&[report]).await?;
        Ok(recorded.in_flight)
    }
}

/// Whether a form is the one of RFC 8058, which the button of our page sends as well.
fn is_one_click(fields: &Fields) -> bool {
    let value = fields.get("List-Unsubscribe");
    value.is_some_and(|value| value.trim().eq_ignore_ascii_case("One-Click"))
}
