//! The parts of a message as files.

use std::path::{Path, PathBuf};

use pregon::Rendered;

use crate::output::Failure;

/// Parts and the names of their files.
const FILES: [(&str, &str); 3] = [
    ("subject", "subject.txt"),
    ("html", "email.html"),
    ("text", "email.txt"),
];

/// Writes the parts; what an earlier preview left of others goes.
pub(super) fn write(dir: &Path, texts: &Rendered) -> Result<Vec<PathBuf>, Failure> {
    std::fs::create_dir_all(dir).map_err(|error| Failure::disk(dir, &error))?;
    let is_mail = texts.get("subject").is_some();
    let mut files = FILES.to_vec();
    files.push(("text", "sms.txt"));
    let mut written = Vec::new();
    for (part, name) in files {
        let path = dir.join(name);
        let wanted = (name == "sms.txt") != is_mail;
        match texts.get(part).filter(|_| wanted) {
            Some(text) => {
                std::fs::write(&path, text).map_err(|error| Failure::disk(&path, &error))?;
                written.push(path);
            }
            None => match std::fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Failure::disk(&path, &error));
                }
                _ => {}
            },
        }
    }
    Ok(written)
}
