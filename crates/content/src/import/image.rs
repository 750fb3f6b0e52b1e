//! Pictures: what they are by their first bytes, and without what was noted in them.

use std::fmt;

/// A picture of a design.
#[derive(Clone, PartialEq, Eq)]
pub struct Image {
    /// Its name in the file.
    pub name: String,
    /// Its name in the page, after `cid:`.
    pub cid: String,
    /// What it is.
    pub kind: ImageKind,
    /// Its bytes, without notes of cameras and programs.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Image")
            .field("name", &self.name)
            .field("cid", &self.cid)
            .field("kind", &self.kind)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

/// What a picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImageKind {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// WebP.
    WebP,
}

impl ImageKind {
    /// Its media type, such as `image/png`.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
        }
    }
}

impl fmt::Display for ImageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::Gif => "GIF",
            Self::WebP => "WebP",
        })
    }
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The picture without what cameras and programs noted in it: place, time, machine, names. None
/// when it is not a whole picture of its kind. What comes after its end goes as well.
pub(super) fn without_notes(kind: ImageKind, bytes: &[u8]) -> Option<Vec<u8>> {
    match kind {
        ImageKind::Png => png(bytes),
        ImageKind::Jpeg => jpeg(bytes),
        ImageKind::Gif => gif(bytes),
        ImageKind::WebP => webp(bytes),
    }
}

/// Chunks: length, name, content, checksum.
fn png(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut rest = bytes.strip_prefix(PNG)?;
    let mut out = PNG.to_vec();
    let mut first = true;
    loop {
        let len = usize::try_from(u32::from_be_bytes(*rest.first_chunk()?)).ok()?;
        let chunk = rest.get(..len.checked_add(12)?)?;
        let name = chunk.get(4..8)?;
        if first != (name == b"IHDR") {
            return None;
        }
        first = false;
        if !matches!(name, b"eXIf" | b"tEXt" | b"zTXt" | b"iTXt" | b"tIME") {
            out.extend_from_slice(chunk);
        }
        if name == b"IEND" {
            return Some(out);
        }
        rest = rest.get(chunk.len()..)?;
    }
}

/// Segments: a marker, a length that counts itself, content; then the picture up to its end.
fn jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    let mut out = vec![0xff, 0xd8];
    loop {
        let [0xff, marker] = *rest.first_chunk()? else {
            return None;
        };
        if marker == 0xff {
            // Bytes that only fill.
            rest = rest.get(1..)?;
            continue;
        }
        let len = usize::from(u16::from_be_bytes(*rest.get(2..)?.first_chunk()?));
        let segment = rest.get(..len.checked_add(2)?).filter(|_| len >= 2)?;
        match marker {
            // Scans begin: from here on bytes that look like markers may be the picture.
            0xda => {
                let end = rest.windows(2).rposition(|pair| pair == [0xff, 0xd9])?;
                out.extend_from_slice(rest.get(..end + 2)?);
                return has_no_notes(&out).then_some(out);
            }
            0xd8 | 0xd9 | 0x01 | 0x00 | 0xd0..=0xd7 => return None,
            // Colours need their profile (2) and Adobe's word on how they are written (14).
            0xe0 | 0xe2 | 0xee => out.extend_from_slice(segment),
            // EXIF and XMP (1), notes of programs (the others), comments.
            0xe1..=0xef | 0xfe => {}
            _ => out.extend_from_slice(segment),
        }
        rest = rest.get(segment.len()..)?;
    }
}

/// Between the scans of one picture there may be segments again; a second EXIF is nobody's need.
fn has_no_notes(bytes: &[u8]) -> bool {
    let sign = b"Exif\0\0";
    !bytes.windows(sign.len()).any(|window| window == sign)
}

/// Blocks: a picture, an extension with its kind, the end.
fn gif(bytes: &[u8]) -> Option<Vec<u8>> {
    if !bytes.starts_with(b"GIF87a") && !bytes.starts_with(b"GIF89a") {
        return None;
    }
    let colours = |flags: u8| match flags & 0x80 {
        0 => 0,
        _ => 3_usize << ((flags & 7) + 1),
    };
    let mut at = 13 + colours(*bytes.get(10)?);
    let mut out = bytes.get(..at)?.to_vec();
    loop {
        let start = at;
        match bytes.get(at)? {
            0x3b => {
                out.push(0x3b);
                return Some(out);
            }
            0x2c => {
                // The picture's place, its colours, one byte of its packing.
                at += 10 + colours(*bytes.get(at + 9)?) + 1;
                at = after_blocks(bytes, at)?;
                out.extend_from_slice(bytes.get(start..at)?);
            }
            0x21 => {
                let kind = *bytes.get(at + 1)?;
                at = after_blocks(bytes, at + 2)?;
                let block = bytes.get(start..at)?;
                let name = block.get(3..14);
                let loops = name.is_some_and(|name| name == b"NETSCAPE2.0");
                // How long a picture stays, and how often all of them return.
                if kind == 0xf9 || (kind == 0xff && loops) {
                    out.extend_from_slice(block);
                }
            }
            _ => return None,
        }
    }
}

/// Where a run of blocks ends, each with its length before it.
fn after_blocks(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let len = usize::from(*bytes.get(at)?);
        at = at.checked_add(len + 1)?;
        if len == 0 {
            return Some(at);
        }
    }
}

/// Chunks: name, length, content, a byte more where the length is odd.
fn webp(bytes: &[u8]) -> Option<Vec<u8>> {
    const NOTES: u8 = 0b0000_1100;
    let size = u32::from_le_bytes(*bytes.strip_prefix(b"RIFF")?.first_chunk()?);
    let size = usize::try_from(size).ok()?;
    let body = bytes.get(8..size.checked_add(8)?)?;
    let mut rest = body.strip_prefix(b"WEBP")?;
    let mut kept = b"WEBP".to_vec();
    let mut pictures = 0;
    while !rest.is_empty() {
        let name = rest.get(..4)?;
        let len = u32::from_le_bytes(*rest.get(4..)?.first_chunk()?);
        let len = usize::try_from(len).ok()?;
        let end = len.checked_add(8 + len % 2)?;
        let chunk = rest.get(..end)?;
        pictures += usize::from(matches!(name, b"VP8 " | b"VP8L" | b"ANMF"));
        match name {
            b"EXIF" | b"XMP " => {}
            b"VP8X" => {
                let from = kept.len();
                kept.extend_from_slice(chunk);
                *kept.get_mut(from + 8)? &= !NOTES;
            }
            _ => kept.extend_from_slice(chunk),
        }
        rest = rest.get(end..)?;
    }
    let size = u32::try_from(kept.len()).ok()?;
    let mut out = b"RIFF".to_vec();
    out.extend_from_slice(&size.to_le_bytes());
    out.extend_from_slice(&kept);
    (pictures > 0).then_some(out)
}
