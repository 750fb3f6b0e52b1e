//! Writes the designs of the gallery as they would be sent, with their sample values:
//! `cargo run -p pregon-content --example gallery -- DIR`.

use std::error::Error;
use std::path::PathBuf;

use pregon_content::{Design, designs, inline_css, text_of};
use pregon_core::template::{Escape, Library, Locale, Source, compile};

fn main() -> Result<(), Box<dyn Error>> {
    let dir = std::env::args_os().nth(1).map(PathBuf::from);
    let dir = dir.ok_or("say where: gallery DIR")?;
    std::fs::create_dir_all(&dir)?;
    for design in designs() {
        for (part, text) in rendered(design)? {
            std::fs::write(dir.join(format!("{}.{part}", design.name)), text)?;
        }
        // What `designs/NAME.txt` must say.
        let text = text_of(design.html)?;
        std::fs::write(dir.join(format!("{}.txt.hbs", design.name)), text)?;
    }
    Ok(())
}

/// The mail, and its text.
fn rendered(design: &Design) -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let html = inline_css(design.html)?.html;
    let source = |part, escape, text| Source {
        part,
        escape,
        text,
        most_output: 1 << 20,
    };
    let text = text_of(design.html)?;
    let sources = [
        source("html", Escape::Html, html.as_str()),
        source("txt", Escape::Text, text.as_str()),
    ];
    let template = compile(&sources, &Library::new(), &design.vars())
        .map_err(|mistakes| format!("{}: {mistakes:?}", design.name))?;
    let parts = template.render(&design.sample(), &Locale::new("es"))?;
    Ok(parts.into_iter().collect())
}
