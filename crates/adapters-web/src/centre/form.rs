//! The preference centre: shows what holds, and records what its form says.

use std::collections::BTreeSet;
use std::str::FromStr;

use pregon_core::{EngineError, Preference};

use super::Centre;
use super::link::Link;
use crate::choices::{Boxes, State, Wanted, boxes, said};
use crate::form::{Fields, FormError};
use crate::page::{Form, Notice, Saved, preferences};
use crate::request::{Method, Request};
use crate::response::Response;

impl Centre {
    pub(super) async fn preferences(
        &self,
        request: &Request,
        link: &Link,
    ) -> Result<Response, EngineError> {
        let menu = self.menu(link).await?;
        let known = self.known(link).await?;
        let mut shown = boxes(&known, &menu);
        let mut saved = Saved::No;
        if request.method() == Method::Post {
            let fields = match Fields::parse(request.content_type(), request.bytes()) {
                Ok(fields) => fields,
                Err(error) => {
                    let too_large = error == FormError::TooLarge;
                    let what = if too_large {
                        Notice::TooLarge
                    } else {
                        Notice::Form
                    };
                    return Ok(self.notice(request, link.language(), what));
                }
            };
            // A form that does not say what its person read is none of ours.
            let Some(wording) = fields.get("wording") else {
                return Ok(self.notice(request, link.language(), Notice::Form));
            };
            saved = Saved::Changed;
            if wording == self.wording_in(request, link) {
                let wanted = wanted(&fields, &shown);
                let words = said(&known, &menu, &shown, &wanted, &link.own);
                let in_flight = self.keep(words, wording).await?;
                let open = |it: &BTreeSet<_>| !it.is_empty();
                saved = match open(&wanted.channels) {
                    true => Saved::Yes { in_flight },
                    false => Saved::Nothing { in_flight },
                };
                shown = boxes(&self.known(link).await?, &menu);
            }
        }
        let language = self.language(request, link.language());
        let wording = self.wording_in(request, link);
        let form = Form {
            boxes: &shown,
            saved,
            wording: &wording,
        };
        let html = preferences(&self.house, language, &form);
        Ok(Response::page(200, language, html))
    }

    /// The version of the text, with its language: that is what a person reads.
    fn wording_in(&self, request: &Request, link: &Link) -> String {
        let language = self.language(request, link.language());
        format!("{}-{}", self.wording, language.code())
    }

    async fn keep(&self, mut words: Vec<Preference>, wording: &str) -> Result<u64, EngineError> {
        if words.is_empty() {
            return Ok(0);
        }
        for word in &mut words {
            word.wording = Some(wording.to_owned());
        }
        Ok(self.engine.record(&words).await?.in_flight)
    }
}

/// The boxes that are ticked: of those that were shown and can be.
fn wanted(fields: &Fields, shown: &Boxes) -> Wanted {
    if fields.get("nothing").is_some() {
        // The other button: the purposes stay as they are, for the day that a channel is ticked.
        let on = shown.purposes.iter().filter(|it| it.state == State::On);
        return Wanted {
            channels: BTreeSet::new(),
            purposes: on.map(|it| it.purpose.clone()).collect(),
        };
    }
    Wanted {
        channels: ticked(fields, "channel"),
        purposes: ticked(fields, "purpose"),
    }
}

fn ticked<T: FromStr + Ord>(fields: &Fields, name: &str) -> BTreeSet<T> {
    fields
        .all(name)
        .filter_map(|value| value.parse().ok())
        .collect()
}
