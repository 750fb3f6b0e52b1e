//! A campaign as it is published: its mails with their styles inlined and with a text each.

use std::collections::BTreeMap;

use pregon::content::{Finding, check, inline_css, text_of};
use pregon::{Campaign, Class, PartText, Problem, StepAction};

use super::CampaignFile;

const HTML: &str = "html";
const TEXT: &str = "text";
const EMAIL: &str = "email";

impl CampaignFile {
    /// The campaign as it is published. What was read stays as it is, so that mistakes are told by
    /// their places in the files.
    pub(crate) fn ready(&self) -> Campaign {
        let mut campaign = self.campaign.clone();
        let journeys = campaign.journeys.iter_mut();
        for step in journeys.flat_map(|journey| &mut journey.steps) {
            if step.action.kind.as_str() == EMAIL {
                finish(&mut step.action);
            }
        }
        campaign
    }
}

/// What is found in the HTML of a step, in each of its languages.
pub(crate) fn findings(html: &PartText, path: &str, class: Class) -> Vec<Problem> {
    let of = |text: &str, path: &str| {
        let mut found = check(text, class);
        found.extend(inline_css(text).ok().and_then(|inlined| inlined.left));
        let problem = |it: Finding| {
            let problem = match it.kind.severity() {
                pregon::Severity::Error => Problem::error(path, it.message),
                _ => Problem::warning(path, it.message),
            };
            problem.at(it.line, it.column)
        };
        found.into_iter().map(problem).collect::<Vec<_>>()
    };
    match html {
        PartText::One(text) => of(text, path),
        PartText::ByLanguage(texts) => {
            let each = texts.iter();
            each.flat_map(|(language, text)| of(text, &format!("{path}.{language}")))
                .collect()
        }
    }
}

fn finish(action: &mut StepAction) {
    let Some(html) = action.parts.get(HTML).cloned() else {
        return;
    };
    if !action.parts.contains_key(TEXT)
        && let Some(text) = mapped(&html, |html| text_of(html).ok().filter(|it| is_whole(it)))
    {
        action.parts.insert(TEXT.to_owned(), text);
    }
    let inlined = mapped(&html, |html| inline_css(html).ok().map(|it| it.html));
    action
        .parts
        .extend(inlined.map(|html| (HTML.to_owned(), html)));
}

/// Whether a text can stand by itself: a partial of HTML is none of a text, and a mail whose HTML
/// shows nothing but pictures without words has no text.
fn is_whole(text: &str) -> bool {
    !text.contains("{{>") && !text.contains("{{~>") && !text.trim().is_empty()
}

/// Each of the texts made anew, or none when one of them cannot be.
fn mapped(part: &PartText, make: impl Fn(&str) -> Option<String>) -> Option<PartText> {
    match part {
        PartText::One(text) => make(text).map(PartText::One),
        PartText::ByLanguage(texts) => {
            let made = texts
                .iter()
                .map(|(language, text)| Some((language.clone(), make(text)?)));
            made.collect::<Option<BTreeMap<_, _>>>()
                .map(PartText::ByLanguage)
        }
    }
}
