//! A design that somebody uploads as a ZIP file: one page and its pictures.

mod entry;
mod error;
mod image;
mod links;

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;

pub use error::ImportError;
pub use image::{Image, ImageKind};

use crate::clean::clean;
use crate::{Cleaned, ContentError};
use entry::What;

/// Most bytes of a file that is uploaded.
const MOST_BYTES: usize = 10 * 1024 * 1024;
/// Most entries of it.
const MOST_ENTRIES: usize = 200;
/// Most bytes that come out of an entry for each that is in the file.
const MOST_RATIO: u64 = 100;
/// Entries so small are no bombs, whatever their ratio.
const SMALL: u64 = 4 * 1024;
/// Most bytes that come out of all of them.
const MOST_UNPACKED: u64 = 20 * 1024 * 1024;
/// Most bytes of the page.
const MOST_PAGE: u64 = 256 * 1024;

/// A design that was uploaded: its page, cleaned, and its pictures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The page. Where it showed a picture of the file it has `cid:` and the picture's
    /// [`cid`](Image::cid); [`linked`](Self::linked) puts addresses there.
    pub page: Cleaned,
    /// The pictures that the page shows, in the order of their names.
    pub images: Vec<Image>,
}

impl Imported {
    /// The page with its pictures where the host put them: most mail programs show what is on
    /// `https://` better than what is attached.
    #[must_use]
    pub fn linked(&self, url: impl Fn(&Image) -> String) -> String {
        let mut html = self.page.html.clone();
        // The longest first, or `cid:image-1` would be found in `cid:image-12`.
        for image in self.images.iter().rev() {
            let quoted = url(image).replace('&', "&amp;").replace('"', "&quot;");
            html = html.replace(&format!("cid:{}", image.cid), &quoted);
        }
        html
    }
}

/// Reads a design out of a ZIP file.
///
/// Exactly one page (`.html`), and pictures as PNG, JPEG, GIF or WebP, whose first bytes must say
/// the same as their names. What cameras and programs write into pictures about people, places and
/// machines is taken out. What is only there for an operating system (`__MACOSX/`, `.DS_Store`) is
/// passed over.
///
/// # Errors
/// With the name of the entry at fault: a file that is too large or no ZIP file, too many entries,
/// one that unpacks to more than a hundred times its size, a name that leads out of the file, a
/// drawing (SVG), a picture that is none, a page that cannot be cleaned.
pub fn import_zip(bytes: &[u8]) -> Result<Imported, ImportError> {
    if bytes.len() > MOST_BYTES {
        return Err(ImportError::TooLarge { most: MOST_BYTES });
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| ImportError::NotZip)?;
    if archive.len() > MOST_ENTRIES {
        return Err(ImportError::TooManyEntries { most: MOST_ENTRIES });
    }
    let mut files = Files::default();
    for number in 0..archive.len() {
        files.entry(&mut archive, number)?;
    }
    files.design()
}

/// What was found in the file.
#[derive(Debug, Default)]
struct Files {
    page: Option<(String, String)>,
    pictures: BTreeMap<String, (ImageKind, Vec<u8>)>,
    unpacked: u64,
}

impl Files {
    fn entry(
        &mut self,
        archive: &mut ZipArchive<Cursor<&[u8]>>,
        number: usize,
    ) -> Result<(), ImportError> {
        let file = archive
            .by_index_data(number)
            .map_err(|_| ImportError::NotZip)?;
        let name = entry::name(file.name_raw(), number)?;
        let wrong = |make: fn(String) -> ImportError| make(name.clone());
        if file.encrypted() {
            return Err(wrong(|entry| ImportError::Encrypted { entry }));
        }
        if file.is_symlink() {
            return Err(wrong(|entry| ImportError::Path { entry }));
        }
        let what = match file.is_dir() {
            true => What::Nothing,
            false => entry::what(&name)?,
        };
        if what == What::Nothing {
            return Ok(());
        }
        // What the file says of its sizes is believed where it speaks against it, and is not
        // believed where it speaks for it.
        let most = MOST_UNPACKED.saturating_sub(self.unpacked);
        let packed = file.compressed_size().min(MOST_UNPACKED);
        let allowed = (packed * MOST_RATIO).max(SMALL).min(most);
        if file.size() > allowed {
            return Err(wrong(|entry| ImportError::Bomb { entry }));
        }
        let mut content = Vec::new();
        let unreadable = || wrong(|entry| ImportError::Unreadable { entry });
        let mut file = archive.by_index(number).map_err(|_| unreadable())?;
        let read = (&mut file).take(allowed + 1).read_to_end(&mut content);
        read.map_err(|_| unreadable())?;
        let len = u64::try_from(content.len()).unwrap_or(u64::MAX);
        if len > allowed {
            return Err(wrong(|entry| ImportError::Bomb { entry }));
        }
        self.unpacked += len;
        drop(file);
        match what {
            What::Page => self.page(name, content, len),
            What::Picture(kind) => self.picture(name, kind, &content),
            What::Nothing => Ok(()),
        }
    }

    fn page(&mut self, name: String, content: Vec<u8>, len: u64) -> Result<(), ImportError> {
        if let Some((first, _)) = &self.page {
            return Err(ImportError::Pages {
                first: first.clone(),
                second: name,
            });
        }
        if len > MOST_PAGE {
            return Err(ImportError::LargePage {
                entry: name,
                most: MOST_PAGE,
            });
        }
        let text = String::from_utf8(content);
        let text = text.map_err(|_| ImportError::NotUtf8 {
            entry: name.clone(),
        })?;
        let text = text
            .strip_prefix('\u{feff}')
            .map(str::to_owned)
            .unwrap_or(text);
        self.page = Some((name, text));
        Ok(())
    }

    fn picture(
        &mut self,
        name: String,
        kind: ImageKind,
        content: &[u8],
    ) -> Result<(), ImportError> {
        if self.pictures.contains_key(&name) {
            return Err(ImportError::Twice { entry: name });
        }
        let bytes = image::without_notes(kind, content);
        let bytes = bytes.ok_or_else(|| ImportError::Picture {
            entry: name.clone(),
            kind,
        })?;
        self.pictures.insert(name, (kind, bytes));
        Ok(())
    }

    fn design(self) -> Result<Imported, ImportError> {
        let (name, text) = self.page.ok_or(ImportError::NoPage)?;
        let wrong = |source: ContentError| ImportError::Page {
            entry: name.clone(),
            source: Box::new(source),
        };
        let linked = links::attach(&text, &name, &self.pictures).map_err(wrong)?;
        let page = clean(&linked.html).map_err(wrong)?;
        let mut pictures = self.pictures;
        let images = linked.cids.into_iter().filter_map(|(name, cid)| {
            let (kind, bytes) = pictures.remove(&name)?;
            Some(Image {
                name,
                cid,
                kind,
                bytes,
            })
        });
        let images = images.collect();
        Ok(Imported { page, images })
    }
}

#[cfg(test)]
mod tests;
