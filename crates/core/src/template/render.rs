//! Rendering, within its budgets.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;

use handlebars::{Context, Output, RenderContext, RenderErrorReason, Renderable};
use serde_json::Value;

use super::Escape;
use super::error::RenderError;
use super::helpers::{self, Fault};
use super::locale::Locale;
use super::project::{self, Input};

/// Most steps of the loops of one rendering, all parts together.
pub(super) const MOST_STEPS: usize = 100_000;

/// A checked and compiled message. Rendering needs only the values.
#[derive(Clone)]
pub struct Template {
    pub(super) parts: Vec<Part>,
    pub(super) inputs: Vec<Input>,
    pub(super) reads: BTreeSet<String>,
}

#[derive(Clone)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) escape: Escape,
    pub(super) most_output: usize,
    /// How many bytes are set aside for its text, so that it need not move while it grows.
    pub(super) room: usize,
    pub(super) compiled: handlebars::Template,
}

/// Names only: texts of messages do not belong in logs.
impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<&str> = self.parts.iter().map(|part| part.name.as_str()).collect();
        f.debug_struct("Template")
            .field("parts", &parts)
            .field("reads", &self.reads)
            .finish()
    }
}

impl Template {
    /// Renders every part, or none: a text is never cut or half written.
    ///
    /// # Errors
    /// A needed value is missing or of a wrong kind, a budget is passed, a link is not safe.
    /// The error names variables and never holds a value.
    pub fn render(
        &self,
        data: &Value,
        locale: &Locale,
    ) -> Result<BTreeMap<String, String>, RenderError> {
        let projected = project::project(&self.inputs, data, locale)?;
        let context = Context::from(projected);
        let mut steps = 0;
        let mut texts = BTreeMap::new();
        for part in &self.parts {
            texts.insert(part.name.clone(), part.render(&context, &mut steps)?);
        }
        Ok(texts)
    }

    /// The dotted paths of the variables that the template reads, conditions included.
    #[must_use]
    pub fn reads(&self) -> &BTreeSet<String> {
        &self.reads
    }
}

impl Part {
    fn render(&self, context: &Context, steps: &mut usize) -> Result<String, RenderError> {
        let most = self.most_output;
        let mut out = Budget {
            text: String::with_capacity(self.room),
            chars: 0,
            most,
            steps,
            over: None,
        };
        let engine = helpers::engine(self.escape);
        let done = self
            .compiled
            .render(engine, context, &mut RenderContext::new(None), &mut out);
        match (done, out.over) {
            (Ok(()), None) => Ok(out.text),
            (_, Some(Over::Length)) => Err(RenderError::TooLong {
                part: self.name.clone(),
                most,
            }),
            (_, Some(Over::Steps)) => Err(RenderError::TooManySteps {
                part: self.name.clone(),
            }),
            (Err(error), None) => Err(self.explain(&error)),
        }
    }

    fn explain(&self, error: &handlebars::RenderError) -> RenderError {
        let part = self.name.clone();
        let fault = match error.reason() {
            RenderErrorReason::NestedError(source) => source.downcast_ref::<Fault>(),
            _ => None,
        };
        match fault {
            Some(Fault::Missing(variable)) => RenderError::Missing {
                part,
                variable: variable.clone(),
            },
            Some(Fault::UnsafeLink) => RenderError::UnsafeLink { part },
            Some(Fault::Helper(helper)) => RenderError::Helper { part, helper },
            None => RenderError::Engine { part },
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Over {
    Length,
    Steps,
}

/// The output of one part: stops the engine when the text or the loops grow too long.
struct Budget<'s> {
    text: String,
    chars: usize,
    most: usize,
    steps: &'s mut usize,
    over: Option<Over>,
}

impl Output for Budget<'_> {
    /// An empty write is a step of a loop: the engine itself never writes nothing.
    fn write(&mut self, text: &str) -> io::Result<()> {
        if text.is_empty() {
            *self.steps += 1;
            if *self.steps > MOST_STEPS {
                self.over = Some(Over::Steps);
            }
        }
        self.chars += text.chars().count();
        if self.chars > self.most {
            self.over = Some(Over::Length);
        }
        match self.over {
            Some(_) => Err(io::Error::other("over budget")),
            None => {
                self.text.push_str(text);
                Ok(())
            }
        }
    }
}
