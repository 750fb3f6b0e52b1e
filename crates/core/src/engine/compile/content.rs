//! The texts of a step, compiled for each language.

use std::collections::{BTreeMap, BTreeSet};

use super::Scene;
use crate::engine::linked::{LINK_NAMES, MessageLinks};
use crate::template::{self, Escape, Library, Locale, Source, Template, VarKind, Vars};
use crate::{
    AttributeType, PartText, Problem, Rendered, Row, RowSchema, Shape, StepAction, Syntax, Value,
    Zone,
};

/// The texts of a step, compiled for each language that has its own.
#[derive(Debug)]
pub(crate) struct Content {
    default: Template,
    by_language: BTreeMap<String, Template>,
    currency: Option<String>,
}

impl Content {
    /// The parts for the person of a row.
    pub(in crate::engine) fn render(
        &self,
        row: &Row,
        zone: Zone,
        links: Option<MessageLinks<'_>>,
    ) -> Result<Rendered, template::RenderError> {
        let language = row.customer.language.as_deref().unwrap_or("es");
        let template = self.by_language.get(language).unwrap_or(&self.default);
        let own_zone = row.customer.zone.unwrap_or(zone);
        let mut locale = Locale::new(language).with_zone(move |at| own_zone.local(at));
        if let Some(code) = &self.currency {
            locale = locale.with_currency(code);
        }
        let parts = template.render(&data(row, template.reads(), links), &locale)?;
        Ok(parts.into_iter().collect())
    }
}

impl Scene<'_> {
    /// Compiles the texts of a step; what is wrong with them is said.
    pub(super) fn content(
        &mut self,
        action: &StepAction,
        shape: &Shape,
        schema: &RowSchema,
        path: &str,
    ) -> Option<Content> {
        self.parts(action, shape, path);
        let languages: BTreeSet<&str> = action
            .parts
            .values()
            .flat_map(PartText::languages)
            .collect();
        let vars = vars(schema, self.engine.links.is_some());
        let default = self.language(action, shape, &vars, "es", path);
        let mut by_language = BTreeMap::new();
        for language in languages {
            if let Some(template) = self.language(action, shape, &vars, language, path) {
                by_language.insert(language.to_owned(), template);
            }
        }
        let currency = self
            .campaign
            .currency
            .as_ref()
            .or(self.engine.currency.as_ref())
            .cloned();
        Some(Content {
            default: default?,
            by_language,
            currency,
        })
    }

    /// Which parts are there that must not be, and the other way round.
    fn parts(&mut self, action: &StepAction, shape: &Shape, path: &str) {
        let names: Vec<&str> = shape.parts.iter().map(|part| part.name).collect();
        for name in action
            .parts
            .keys()
            .filter(|name| !names.contains(&name.as_str()))
        {
            let hint = match crate::nearest::nearest(name, names.iter().copied()) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("its parts are: {}", names.join(", ")),
            };
            let message = format!("{} has no part {name}", shape.kind);
            self.say(Problem::error(format!("{path}.{name}"), message).hint(Some(hint)));
        }
        for part in shape.parts.iter().filter(|part| part.required) {
            if !action.parts.contains_key(part.name) {
                let message = format!("{} needs a part {}", shape.kind, part.name);
                self.say(Problem::error(path, message));
            }
        }
        if !shape
            .parts
            .iter()
            .any(|part| part.required && part.name != "subject")
            && !action.parts.keys().any(|name| name != "subject")
        {
            let message = format!("{} needs a text to carry: {}", shape.kind, names.join(", "));
            self.say(Problem::error(path, message));
        }
    }

    fn language(
        &mut self,
        action: &StepAction,
        shape: &Shape,
        vars: &Vars,
        language: &str,
        path: &str,
    ) -> Option<Template> {
        let escape = |syntax| match syntax {
            Syntax::Html => Escape::Html,
            Syntax::Text => Escape::Text,
            Syntax::Json => Escape::Json,
        };
        let sources: Vec<Source<'_>> = shape
            .parts
            .iter()
            .filter_map(|part| {
                let text = action.parts.get(part.name)?.for_language(language)?;
                let (escape, most_output) = (escape(part.syntax), part.most_chars);
                Some(Source {
                    part: part.name,
                    escape,
                    text,
                    most_output,
                })
            })
            .collect();
        match template::compile(&sources, &self.library(), vars) {
            Ok(template) => Some(template),
            Err(errors) => {
                for error in errors {
                    self.mistake(action, language, path, &error);
                }
                None
            }
        }
    }

    /// Every partial in both registries: a part takes those of its own escaping.
    fn library(&self) -> Library {
        let mut library = Library::new();
        for (name, text) in &self.campaign.partials {
            let html = text.trim_start().starts_with('<');
            let escape = if html { Escape::Html } else { Escape::Text };
            library = library.with(name, escape, text);
        }
        library
    }

    fn mistake(
        &mut self,
        action: &StepAction,
        language: &str,
        path: &str,
        error: &template::TemplateError,
    ) {
        let place = match error.part.strip_prefix("partial ") {
            Some(partial) => format!("partial.{partial}"),
            None => match action.parts.get(&error.part) {
                Some(PartText::ByLanguage(texts)) => {
                    let shown = if texts.contains_key(language) {
                        language
                    } else {
                        texts.keys().next().map_or("es", String::as_str)
                    };
                    format!("{path}.{}.{shown}", error.part)
                }
                _ => format!("{path}.{}", error.part),
            },
        };
        let problem = Problem::error(place, error.mistake.to_string());
        let problem = problem
            .at(error.line, error.column)
            .hint(no_links(error).or(error.hint.clone()));
        // The same text serves several languages; one mistake is said once.
        if !self.problems.contains(&problem) {
            self.say(problem);
        }
    }
}

/// What is missing where a text asks for a link of its message and nobody serves one.
fn no_links(error: &template::TemplateError) -> Option<String> {
    let template::Mistake::UnknownVariable(name) = &error.mistake else {
        return None;
    };
    let asks = LINK_NAMES.contains(&name.as_str());
    asks.then(|| "say where links are served: EngineBuilder::links".to_owned())
}

/// What the templates of a journey may read.
fn vars(schema: &RowSchema, has_links: bool) -> Vars {
    let mut vars = Vars::new();
    for (name, r#type) in schema.names() {
        vars.insert(&name, kind(r#type));
    }
    if has_links {
        for name in LINK_NAMES {
            vars.insert(name, VarKind::Text);
        }
    }
    vars
}

fn kind(r#type: &AttributeType) -> VarKind {
    match r#type {
        AttributeType::Bool => VarKind::Bool,
        AttributeType::Integer | AttributeType::Decimal => VarKind::Number,
        AttributeType::Text | AttributeType::Choice(_) => VarKind::Text,
        AttributeType::Date => VarKind::Date,
        AttributeType::Instant => VarKind::Instant,
        AttributeType::Texts => VarKind::List,
    }
}

/// The values of a row that a template reads; a missing value is not there.
fn data(row: &Row, names: &BTreeSet<String>, links: Option<MessageLinks<'_>>) -> serde_json::Value {
    let mut root = serde_json::Map::new();
    for name in names {
        if let Some(link) = links.and_then(|links| links.value(name)) {
            root.insert(name.clone(), link.into());
            continue;
        }
        let Some(value) = row.value(name) else {
            continue;
        };
        let value = json(&value);
        match name.split_once('.') {
            None => {
                root.insert(name.clone(), value);
            }
            Some((group, rest)) => {
                let group = root.entry(group).or_insert_with(|| serde_json::json!({}));
                if let Some(group) = group.as_object_mut() {
                    group.insert(rest.to_owned(), value);
                }
            }
        }
    }
    serde_json::Value::Object(root)
}

fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Bool(yes) => (*yes).into(),
        Value::Integer(number) => (*number).into(),
        Value::Texts(texts) => texts.iter().cloned().collect(),
        other => other.to_string().into(),
    }
}
