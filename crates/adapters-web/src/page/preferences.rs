//! The preference centre: a plain form of boxes.

use std::fmt::Write as _;

use pregon_core::Class;

use super::layout::{document, status};
use super::{House, escape};
use crate::choices::{Boxes, State, Why};
use crate::language::Language;
use crate::words::Words;

/// What became of a form that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Saved {
    /// None was sent.
    No,
    /// It speaks of a text that is not the present one: nothing is recorded.
    Changed,
    /// It is recorded, and something is still wanted; so many messages had begun before.
    Yes { in_flight: u64 },
    /// It is recorded, and nothing promotional is wanted.
    Nothing { in_flight: u64 },
}

/// What the page shows.
#[derive(Debug)]
pub(crate) struct Form<'a> {
    pub(crate) boxes: &'a Boxes,
    pub(crate) saved: Saved,
    /// The version of the text, which comes back with the form.
    pub(crate) wording: &'a str,
}

pub(crate) fn preferences(house: &House, language: Language, form: &Form<'_>) -> String {
    let words = Words::of(language);
    let mut sheet = said(words, form.saved);
    let _ = writeln!(sheet, "<p>{}</p>", escape(words.intro));
    let _ = write!(
        sheet,
        "<form method=\"post\" action=\"?lang={}\">\n\
         <input type=\"hidden\" name=\"wording\" value=\"{}\">\n",
        language.code(),
        escape(form.wording)
    );
    sheet += &channels(house, language, form.boxes);
    sheet += &purposes(house, language, form.boxes);
    if form
        .boxes
        .purposes
        .iter()
        .all(|it| it.class == Class::Promotional)
    {
        let _ = writeln!(sheet, "<p class=\"soft\">{}</p>", escape(words.always));
    }
    let _ = write!(
        sheet,
        "<button type=\"submit\">{}</button>\n\
         <button class=\"quiet\" type=\"submit\" name=\"nothing\" value=\"1\">{}</button>\n\
         </form>\n\
         <p class=\"soft end\">{}</p>\n",
        escape(words.save),
        escape(words.nothing),
        escape(words.at_once)
    );
    document(house, language, words.preferences, &sheet)
}

fn said(words: &Words, saved: Saved) -> String {
    let (sentence, in_flight) = match saved {
        Saved::No => return String::new(),
        Saved::Changed => (words.changed, 0),
        Saved::Yes { in_flight } => (words.saved, in_flight),
        Saved::Nothing { in_flight } => (words.saved_nothing, in_flight),
    };
    let mut sentence = escape(sentence);
    if in_flight > 0 {
        sentence = format!("{sentence} {}", escape(words.in_flight));
    }
    status(&sentence)
}

fn channels(house: &House, language: Language, boxes: &Boxes) -> String {
    if boxes.channels.is_empty() {
        return String::new();
    }
    let words = Words::of(language);
    let mut rows = String::new();
    for (n, (channel, state)) in boxes.channels.iter().enumerate() {
        let label = house.channel(channel, language);
        let row = Row {
            id: format!("c{n}"),
            name: "channel",
            value: channel.as_str(),
            label: &label,
            state: *state,
            note: None,
        };
        rows += &row.html(words);
    }
    fieldset(words.channels, &rows)
}

fn purposes(house: &House, language: Language, boxes: &Boxes) -> String {
    if boxes.purposes.is_empty() {
        return String::new();
    }
    let words = Words::of(language);
    let mut rows = String::new();
    for (n, it) in boxes.purposes.iter().enumerate() {
        let label = house.purpose(it.purpose.as_str(), language);
        let except = it.except.iter();
        let except: Vec<String> = except
            .map(|channel| house.sentence(words.except, channel, language))
            .collect();
        let row = Row {
            id: format!("p{n}"),
            name: "purpose",
            value: it.purpose.as_str(),
            label: &label,
            state: it.state,
            note: Some(except.join(" ")).filter(|note| !note.is_empty()),
        };
        rows += &row.html(words);
    }
    fieldset(words.purposes, &rows)
}

fn fieldset(legend: &str, rows: &str) -> String {
    format!(
        "<fieldset>\n<legend>{}</legend>\n{rows}</fieldset>\n",
        escape(legend)
    )
}

/// One box with its label and, where there is one, its reason.
struct Row<'a> {
    id: String,
    name: &'a str,
    value: &'a str,
    label: &'a str,
    state: State,
    /// HTML already.
    note: Option<String>,
}

impl Row<'_> {
    fn html(&self, words: &Words) -> String {
        let stands = match self.state {
            State::On => " checked",
            State::Off => "",
            State::Locked(_) => " disabled",
        };
        let note = match self.state {
            State::Locked(why) => Some(escape(reason(words, why))),
            _ => self.note.clone(),
        };
        let Self { id, name, .. } = self;
        let described = note
            .as_ref()
            .map(|_| format!(" aria-describedby=\"{id}-why\""));
        let note = note.map(|note| format!("<p class=\"why\" id=\"{id}-why\">{note}</p>\n"));
        format!(
            "<div class=\"row\">\n<label for=\"{id}\"><input type=\"checkbox\" id=\"{id}\" \
             name=\"{name}\" value=\"{}\"{stands}{}><span>{}</span></label>\n{}</div>\n",
            escape(self.value),
            described.unwrap_or_default(),
            escape(self.label),
            note.unwrap_or_default()
        )
    }
}

fn reason(words: &Words, why: Why) -> &'static str {
    match why {
        Why::Complained => words.complained,
        Why::Bounced => words.bounced,
        Why::Stopped => words.stopped,
        Why::Source => words.source,
        Why::Elsewhere => words.elsewhere,
    }
}
