//! Writes files that people will look at.

use std::path::Path;

use crate::output::Failure;

/// Writes a file whole or not at all, with the directories above it.
pub(super) fn write_whole(path: &Path, text: &str) -> Result<(), Failure> {
    let write = || {
        if let Some(dir) = path.parent() {
            std::fs::create_dir_all(dir)?;
        }
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".new");
        let new = path.with_file_name(name);
        std::fs::write(&new, text)?;
        std::fs::rename(&new, path)
    };
    write().map_err(|error| Failure::disk(path, &error))
}
