//! The gallery: plain designs in Spanish, for a beginning.

mod samples;

use pregon_core::template::{VarKind, Vars};

/// A design of the gallery: a template of HTML, the text made from it, and what both read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Design {
    /// Its name, such as `renovacion`.
    pub name: &'static str,
    /// What it is for, in Spanish.
    pub title: &'static str,
    /// A subject that goes with it.
    pub subject: &'static str,
    /// The template, as in `designs/NAME.html`.
    pub html: &'static str,
    /// The text, as [`text_of`](crate::text_of) makes it: `designs/NAME.txt`.
    pub text: &'static str,
    /// What subject, template and text read.
    pub variables: &'static [Variable],
}

/// A value that a design reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// `text`, `number`, `date` or `list`.
    pub kind: &'static str,
    /// What it is, in Spanish.
    pub meaning: &'static str,
    /// A value to look at the design with; the items of a list are parted by `|`.
    pub sample: &'static str,
}

impl Design {
    /// Its variables, for [`compile`](pregon_core::template::compile).
    #[must_use]
    pub fn vars(&self) -> Vars {
        let of = |variable: &Variable| match variable.kind {
            "number" => VarKind::Number,
            "date" => VarKind::Date,
            "list" => VarKind::List,
            _ => VarKind::Text,
        };
        let vars = self.variables.iter();
        vars.fold(Vars::new(), |vars, it| vars.with(it.name, of(it)))
    }

    /// The samples of its variables, for [`render`](pregon_core::template::Template::render).
    #[must_use]
    pub fn sample(&self) -> serde_json::Value {
        let value = |it: &Variable| match it.kind {
            "list" => it.sample.split('|').collect(),
            _ => serde_json::Value::from(it.sample),
        };
        let values = self.variables.iter();
        values.map(|it| (it.name.to_owned(), value(it))).collect()
    }
}

/// The designs of the gallery, by the order of their names.
///
/// Every file is plain HTML with its styles in one place, which [`inline_css`](crate::inline_css)
/// puts into the elements when a campaign is published.
///
/// ```
/// let names: Vec<&str> = pregon_content::designs().iter().map(|design| design.name).collect();
/// let expected = ["bienvenida", "boletin", "cumpleanos", "encuesta", "reconquista", "renovacion"];
/// assert_eq!(names, expected);
/// ```
#[must_use]
pub fn designs() -> &'static [Design] {
    &samples::DESIGNS
}

#[cfg(test)]
mod tests;
