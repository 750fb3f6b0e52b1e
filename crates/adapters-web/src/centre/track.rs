//! Opens and clicks.
//!
//! Whatever fails here, the person sees the picture and gets to the target: a figure is worth less
//! than the way of somebody who follows a link.

use pregon_core::{About, DispatchRef, EngineError, Feedback, FeedbackKind, PurposeScope, State};

use super::Centre;
use crate::machine::is_machine;
use crate::request::{Method, Request};
use crate::response::Response;

impl Centre {
    pub(super) async fn opened(&self, request: &Request, name: DispatchRef) -> Response {
        self.note(request, name, FeedbackKind::Opened).await;
        Response::pixel()
    }

    pub(super) async fn clicked(
        &self,
        request: &Request,
        name: DispatchRef,
        target: &str,
    ) -> Response {
        self.note(request, name, FeedbackKind::Clicked).await;
        Response::towards(target)
    }

    async fn note(&self, request: &Request, name: DispatchRef, kind: FeedbackKind) {
        if request.method() != Method::Get {
            return;
        }
        if let Err(error) = self.heard(request, name, kind).await {
            let dispatch = name.id;
            tracing::warn!(%dispatch, %error, "an open or a click was not kept");
        }
    }

    /// Tells the engine, once of a kind: who fetches a picture a million times writes once.
    async fn heard(
        &self,
        request: &Request,
        name: DispatchRef,
        kind: FeedbackKind,
    ) -> Result<(), EngineError> {
        let Some(found) = self.engine.addressed(&name).await? else {
            return Ok(());
        };
        if found.view.key.customer.is_erased() {
            return Ok(());
        }
        let now = self.engine.present().await?;
        let sent = (found.view.standing.state == State::Accepted).then_some(found.view.at);
        // A machine that follows a link has looked into the message, and no more is known.
        let machine = is_machine(request, sent, now);
        let kind = if machine {
            FeedbackKind::OpenedByMachine
        } else {
            kind
        };
        let heard = self.engine.store().heard(&[name]).await?;
        if heard.first().is_some_and(|heard| heard.has(kind)) {
            return Ok(());
        }
        let report = Feedback {
            provider: "link".into(),
            channel: found.view.key.channel,
            about: About::Dispatch(name),
            kind,
            at: now,
            to: None,
            refuses: PurposeScope::Promotional,
            code: None,
        };
        let _ = self.engine.hear(&[report]).await?;
        Ok(())
    }
}
