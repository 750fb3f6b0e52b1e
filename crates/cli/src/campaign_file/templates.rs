//! Template files beside a campaign.

use std::collections::BTreeMap;
use std::path::{Component, Path};

/// How the name of a template file ends.
const ENDINGS: [&str; 4] = [".html", ".txt", ".hbs", ".mustache"];

/// Whether a text is the name of a file and not a text to be sent.
pub(super) fn is_file_name(text: &str) -> bool {
    let plain = !text.contains(char::is_whitespace) && !text.contains("{{");
    plain && !text.contains("://") && ENDINGS.iter().any(|ending| text.ends_with(ending))
}

/// Whether a file lies in the campaign's own directory or below.
pub(super) fn is_beside(name: &str) -> bool {
    let parts = Path::new(name).components();
    !name.contains('\\')
        && parts
            .into_iter()
            .all(|part| matches!(part, Component::Normal(_)))
}

/// The files for other languages: `correo.en.html` beside `correo.html`, by their language.
pub(super) fn languages(dir: &Path, name: &str) -> BTreeMap<String, String> {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let below = Path::new(name).parent().unwrap_or(Path::new(""));
    let Ok(files) = std::fs::read_dir(dir.join(below)) else {
        return BTreeMap::new();
    };
    let start = Path::new(stem)
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let found = files.flatten().filter_map(|file| {
        let file = file.file_name().into_string().ok()?;
        let language = file.strip_prefix(&start)?.strip_prefix('.')?;
        let language = language.strip_suffix(ending)?.strip_suffix('.')?;
        let code = (2..=3).contains(&language.len())
            && language.bytes().all(|byte| byte.is_ascii_lowercase());
        let path = below.join(&file).to_str()?.to_owned();
        code.then(|| (language.to_owned(), path))
    });
    found.collect()
}

/// The file that a misspelt name probably means.
pub(super) fn nearest(dir: &Path, name: &str) -> Option<String> {
    // Names of files have dots and dashes; the search knows letters and `_` only.
    let plain = |name: &str| name.replace(['.', '-'], "_");
    let files: Vec<String> = std::fs::read_dir(dir)
        .ok()?
        .flatten()
        .filter_map(|file| file.file_name().into_string().ok())
        .collect();
    let mut schema = pregon::Schema::new();
    for file in &files {
        let _ = schema.insert(&plain(file), pregon::AttributeType::Text);
    }
    let near = schema.nearest(&plain(name))?;
    let file = files.iter().find(|file| plain(file) == near)?;
    Some(format!("did you mean {file}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_and_texts() {
        for (text, file) in [
            ("correo.html", true),
            ("partes/pie.txt", true),
            ("Hola {{customer_name}}", false),
            ("Vea https://example.org/a.html", false),
            ("https://example.org/a.html", false),
            ("{{x}}.html", false),
            ("Hola.", false),
        ] {
            assert_eq!(is_file_name(text), file, "{text}");
        }
    }

    #[test]
    fn only_below_the_campaign() {
        for (name, beside) in [
            ("correo.html", true),
            ("partes/pie.html", true),
            ("../otro.html", false),
            ("partes/../../otro.html", false),
            ("/etc/x.txt", false),
            ("..\\otro.html", false),
        ] {
            assert_eq!(is_beside(name), beside, "{name}");
        }
    }
}
