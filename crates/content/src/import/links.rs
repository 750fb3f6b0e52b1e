//! Pictures of the file, where the page shows them.

use std::collections::BTreeMap;

use crate::ContentError;
use crate::markup::{Kind, Tags, decode, tokens};

/// A page that names its pictures as attached.
#[derive(Debug)]
pub(super) struct Linked {
    pub(super) html: String,
    /// The names of the pictures that it shows, in their order, with their new names.
    pub(super) cids: Vec<(String, String)>,
}

/// The page with `cid:image-1` in the place of `images/logo.png`.
pub(super) fn attach<T>(
    html: &str,
    page: &str,
    pictures: &BTreeMap<String, T>,
) -> Result<Linked, ContentError> {
    let tags = Tags::of(html)?;
    let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut shown = Vec::new();
    for token in tokens(&tags.masked) {
        let Kind::Start { attrs, .. } = &token.kind else {
            continue;
        };
        for attr in attrs {
            if !matches!(attr.name.as_str(), "src" | "background") {
                continue;
            }
            let written = decode(&tags.masked[attr.value.clone()]);
            let name = resolve(folder, written.trim());
            if let Some(name) = name.filter(|name| pictures.contains_key(name)) {
                shown.push((attr.value.clone(), name));
            }
        }
    }
    let names: std::collections::BTreeSet<&String> = shown.iter().map(|(_, name)| name).collect();
    let cids = names.into_iter().enumerate();
    // Three digits, so that no name begins another one.
    let cids: BTreeMap<String, String> = cids
        .map(|(number, name)| (name.clone(), format!("image-{:03}", number + 1)))
        .collect();
    let mut out = String::with_capacity(html.len());
    let mut at = 0;
    for (value, name) in &shown {
        out.push_str(&html[at..value.start]);
        out.push_str(&format!("cid:{}", cids[name]));
        at = value.end;
    }
    out.push_str(&html[at..]);
    Ok(Linked {
        html: out,
        cids: cids.into_iter().collect(),
    })
}

/// The entry that a link of a page means; none when it leads elsewhere.
fn resolve(folder: &str, link: &str) -> Option<String> {
    if link.contains([':', '\\', '?', '#']) || link.starts_with('/') || link.is_empty() {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read_as_a_browser_reads_them() {
        for (folder, link, name) in [
            ("", "a.png", Some("a.png")),
            ("d", "./img/a.png", Some("d/img/a.png")),
            ("d/e", "../a.png", Some("d/a.png")),
            ("", "../a.png", None),
            ("", "https://example.org/a.png", None),
            ("", "//example.org/a.png", None),
        ] {
            assert_eq!(resolve(folder, link).as_deref(), name, "{folder} {link}");
        }
    }
}
