//! The name of an entry, and what it says.

use super::{ImageKind, ImportError};

/// Most bytes of a name.
const MOST_NAME: usize = 255;

/// What an entry is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Page,
    Picture(ImageKind),
    /// Nothing of the design.
    Nothing,
}

/// The name of an entry, which stays below where the file lies.
pub(super) fn name(raw: &[u8], number: usize) -> Result<String, ImportError> {
    let Ok(name) = std::str::from_utf8(raw) else {
        let entry = format!("entry {}", number + 1);
        return Err(ImportError::Path { entry });
    };
    let shown: String = name
        .chars()
        .filter(|c| !c.is_control())
        .take(MOST_NAME)
        .collect();
    let steps_out = name.split('/').any(|part| part == ".." || part == ".");
    let odd = name.is_empty() || name.len() > MOST_NAME || name.contains(['\\', ':']);
    if steps_out || odd || name.starts_with('/') || name.chars().any(char::is_control) {
        return Err(ImportError::Path { entry: shown });
    }
    Ok(name.to_owned())
}

/// What an entry is, by its name.
pub(super) fn what(name: &str) -> Result<What, ImportError> {
    let file = name.rsplit('/').next().unwrap_or_default();
    if name.starts_with("__MACOSX/") || matches!(file, ".DS_Store" | "Thumbs.db" | "desktop.ini") {
        return Ok(What::Nothing);
    }
    let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending);
    let entry = || name.to_owned();
    match ending.to_ascii_lowercase().as_str() {
        "html" | "htm" => Ok(What::Page),
        "png" => Ok(What::Picture(ImageKind::Png)),
        "jpg" | "jpeg" => Ok(What::Picture(ImageKind::Jpeg)),
        "gif" => Ok(What::Picture(ImageKind::Gif)),
        "webp" => Ok(What::Picture(ImageKind::WebP)),
        "svg" | "svgz" => Err(ImportError::Svg { entry: entry() }),
        _ => Err(ImportError::Kind { entry: entry() }),
    }
}
