//! The helpers as the engine calls them, and the two registries that know nothing else.

pub(super) mod table;
mod values;

use std::sync::LazyLock;

use handlebars::{
    BlockContext, BlockParams, Context, Handlebars, Helper, HelperDef, HelperResult, Output,
    RenderContext, RenderError, RenderErrorReason, Renderable, ScopedJson,
};
use serde_json::Value;
use thiserror::Error;

use super::Escape;

/// Where the projection keeps language and currency: no variable can have this name.
pub(super) const LOCALE_KEY: &str = "@locale";

/// What a helper gives up with. Carried through the engine and taken out again at the end.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum Fault {
    #[error("missing")]
    Missing(String),
    #[error("unsafe link")]
    UnsafeLink,
    #[error("{0} failed")]
    Helper(&'static str),
}

impl From<Fault> for RenderError {
    fn from(fault: Fault) -> RenderError {
        RenderErrorReason::NestedError(Box::new(fault)).into()
    }
}

/// The registry of an escape kind. Helpers only: templates are compiled apart and share these.
pub(super) fn engine(escape: Escape) -> &'static Handlebars<'static> {
    static HTML: LazyLock<Handlebars<'static>> = LazyLock::new(|| build(Escape::Html));
    static TEXT: LazyLock<Handlebars<'static>> = LazyLock::new(|| build(Escape::Text));
    static JSON: LazyLock<Handlebars<'static>> = LazyLock::new(|| build(Escape::Json));
    match escape {
        Escape::Html => &HTML,
        Escape::Text => &TEXT,
        Escape::Json => &JSON,
    }
}

fn build(escape: Escape) -> Handlebars<'static> {
    let mut engine = Handlebars::new();
    engine.set_strict_mode(true);
    engine.set_dev_mode(false);
    match escape {
        Escape::Html => engine.register_escape_fn(escape_html),
        Escape::Text => engine.register_escape_fn(handlebars::no_escape),
        Escape::Json => engine.register_escape_fn(escape_json),
    }
    // `if` and `unless` of the engine stay; everything else of its own goes or is replaced.
    for name in ["lookup", "log", "raw", "len", "with"] {
        engine.unregister_helper(name);
    }
    engine.register_helper("each", Box::new(Each));
    for (name, run) in values::ALL {
        engine.register_helper(name, Box::new(Pure { name, run: *run }));
    }
    engine
}

/// Escapes for the inside of a quoted text of JSON, so that no value can end the text.
fn escape_json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    // What is between the quotes.
    quoted[1..quoted.len() - 1].to_owned()
}

/// Escapes for text and quoted attribute values of HTML.
fn escape_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '`' => out.push_str("&#96;"),
            '=' => out.push_str("&#61;"),
            // HTML has no such character; parsers repair it in different ways.
            '\0' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// The arguments of a call, with what is absent and what is null made one.
pub(super) struct Args<'a, 'rc> {
    helper: &'a Helper<'rc>,
    context: &'rc Context,
    name: &'static str,
}

impl Args<'_, '_> {
    fn value(&self, i: usize) -> Option<&Value> {
        let param = self.helper.param(i)?;
        (!param.is_value_missing() && !param.value().is_null()).then(|| param.value())
    }

    fn len(&self) -> usize {
        self.helper.params().len()
    }

    fn text(&self, i: usize) -> Option<&str> {
        self.value(i).and_then(Value::as_str)
    }

    fn locale(&self, what: &str) -> Option<&str> {
        self.context.data().get(LOCALE_KEY)?.get(what)?.as_str()
    }

    fn fault(&self) -> Fault {
        Fault::Helper(self.name)
    }
}

/// A helper that computes a value; `None` is "no value", which `show` refuses and `default` fills.
type Run = fn(&Args<'_, '_>) -> Result<Option<Value>, Fault>;

struct Pure {
    name: &'static str,
    run: Run,
}

impl HelperDef for Pure {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        context: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let value = (self.run)(&Args {
            helper,
            context,
            name: self.name,
        })?;
        Ok(value.map_or(ScopedJson::Missing, ScopedJson::Derived))
    }
}

/// `{{#each list weight name as |e0 i0|}}`: pays `weight` steps for every turn, before it.
///
/// The engine's own `each` has no bound: three loops over 200 entries inside each other are 8
/// million turns. A step is paid by writing nothing, because the output is the one thing of ours
/// that the engine hands down to a helper.
struct Each;

impl HelperDef for Each {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        engine: &'reg Handlebars<'reg>,
        context: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let list = helper.param(0).and_then(|param| param.value().as_array());
        let weight = helper
            .param(1)
            .and_then(|param| param.value().as_u64())
            .unwrap_or(1);
        let list = match (list, helper.inverse()) {
            (Some(list), _) if !list.is_empty() => list,
            (_, Some(inverse)) => return inverse.render(engine, context, rc, out),
            (Some(_), None) => return Ok(()),
            (None, None) => {
                let name = helper.param(2).and_then(|param| param.value().as_str());
                return Err(Fault::Missing(name.unwrap_or_default().to_owned()).into());
            }
        };
        let (Some(body), Some((item, index))) = (helper.template(), helper.block_param_pair())
        else {
            return Ok(());
        };
        rc.push_block(BlockContext::new());
        for (i, value) in list.iter().enumerate() {
            for _ in 0..weight {
                out.write("")?;
            }
            if let Some(block) = rc.block_mut() {
                block.set_local_var("first", Value::from(i == 0));
                block.set_local_var("last", Value::from(i + 1 == list.len()));
                let mut params = BlockParams::new();
                params.add_value(item, value.clone())?;
                params.add_value(index, Value::from(i))?;
                block.set_block_params(params);
            }
            body.render(engine, context, rc, out)?;
        }
        rc.pop_block();
        Ok(())
    }
}
