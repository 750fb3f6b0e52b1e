use std::io::Write as _;

use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::FindingKind;

fn packed(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .expect("a name");
        writer.write_all(content).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

/// The file with a name in it written over by one as long: what no honest program writes.
fn renamed(mut bytes: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    for at in 0..=bytes.len() - from.len() {
        if bytes[at..].starts_with(from.as_bytes()) {
            bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
        }
    }
    bytes
}

fn png(notes: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let head: (&[u8; 4], &[u8]) = (b"IHDR", &[0; 13]);
    let rest: [(&[u8; 4], &[u8]); 2] = [(b"IDAT", b"picture"), (b"IEND", b"")];
    for (name, content) in std::iter::once(&head).chain(notes).chain(&rest) {
        bytes.extend_from_slice(&(content.len() as u32).to_be_bytes());
        bytes.extend_from_slice(*name);
        bytes.extend_from_slice(content);
        bytes.extend_from_slice(b"crc!");
    }
    bytes
}

const JPEG: &[u8] = b"\xff\xd8\xff\xe0\x00\x04JF\xff\xe1\x00\x0cExif\0\0GPS!\xff\xfe\x00\x07hecho\
    \xff\xdb\x00\x03q\xff\xda\x00\x03spicture\xff\x00more\xff\xd9after";

const GIF: &[u8] =
    b"GIF89a\x01\0\x01\0\0\0\0\x21\xfe\x05hecho\0\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0\
    \x2c\0\0\0\0\x01\0\x01\0\0\x02\x01x\0\x3bafter";

fn webp() -> Vec<u8> {
    let mut body = b"WEBPVP8X\x0a\0\0\0\x1c\0\0\0\0\0\0\0\0\0VP8L\x03\0\0\0abc\0".to_vec();
    body.extend_from_slice(b"EXIF\x04\0\0\0GPS!XMP \x02\0\0\0hi");
    let mut bytes = b"RIFF".to_vec();
    bytes.extend_from_slice(&(body.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&body);
    bytes
}

#[test]
fn a_design_comes_in_with_its_pictures() {
    let page = "<html lang=\"es\"><body onload=x><img src=\"img/logo.png\" alt=\"\">\
        <td background='../d/img/foto.jpg'><img src=\"otra.gif\" alt=\"\"></body></html>";
    let picture = png(&[]);
    let bytes = packed(&[
        ("__MACOSX/x", b"z"),
        ("d/index.html", page.as_bytes()),
        ("d/img/logo.png", &picture),
        ("d/img/foto.jpg", JPEG),
        ("d/img/sin-usar.gif", GIF),
    ]);
    let design = import_zip(&bytes).expect("a design");
    let names: Vec<(&str, &str)> = design
        .images
        .iter()
        .map(|it| (it.name.as_str(), it.cid.as_str()))
        .collect();
    assert_eq!(
        names,
        [
            ("d/img/foto.jpg", "image-001"),
            ("d/img/logo.png", "image-002")
        ]
    );
    assert!(
        design
            .page
            .html
            .contains("<img src=\"cid:image-002\" alt=\"\">")
    );
    let kinds: Vec<FindingKind> = design.page.removed.iter().map(|it| it.kind).collect();
    assert!(
        kinds.contains(&FindingKind::Attribute),
        "{:?}",
        design.page.removed
    );
    let linked = design.linked(|image| format!("https://example.org/{}?a&b", image.cid));
    assert!(
        linked.contains("src=\"https://example.org/image-002?a&amp;b\""),
        "{linked}"
    );
}

#[test]
fn a_bomb_is_not_unpacked() {
    let zeros = vec![b' '; 1_000_000];
    let bytes = packed(&[("index.html", b"<p>x</p>"), ("a.png", &zeros)]);
    let bomb = ImportError::Bomb {
        entry: "a.png".to_owned(),
    };
    assert_eq!(import_zip(&bytes), Err(bomb.clone()));
    // One that lies about its size: the field is after the name's length in the directory.
    let size = 1_000_000_u32.to_le_bytes();
    let mut lying = bytes;
    for at in 0..lying.len() - 4 {
        if lying[at..].starts_with(&size) {
            lying[at..at + 4].copy_from_slice(&1_000_u32.to_le_bytes());
        }
    }
    let refused = import_zip(&lying).expect_err("a bomb");
    let unread = ImportError::Unreadable {
        entry: "a.png".to_owned(),
    };
    assert!(refused == bomb || refused == unread, "{refused}");
}

#[test]
fn too_many_entries_are_refused() {
    let names: Vec<String> = (0..=MOST_ENTRIES).map(|n| format!("{n}.png")).collect();
    let entries: Vec<(&str, &[u8])> = names.iter().map(|it| (it.as_str(), &b""[..])).collect();
    let most = MOST_ENTRIES;
    assert_eq!(
        import_zip(&packed(&entries)),
        Err(ImportError::TooManyEntries { most })
    );
}

#[test]
fn a_name_that_leads_out_of_the_file_is_refused() {
    for name in [
        "../x.html",
        "/ax.html",
        "a\\x.html",
        "C:x.html",
        "a/../x.html",
        "./x.html",
    ] {
        let honest = "z".repeat(name.len() - 5) + ".html";
        let bytes = renamed(packed(&[(&honest, b"<p>x</p>")]), &honest, name);
        let path = ImportError::Path {
            entry: name.to_owned(),
        };
        assert_eq!(import_zip(&bytes), Err(path), "{name}");
    }
}

#[test]
fn drawings_and_what_is_no_picture_are_refused() {
    let of = |name: &str, content: &[u8]| {
        import_zip(&packed(&[("index.html", b"<p>x</p>"), (name, content)])).expect_err("refused")
    };
    let entry = |name: &str| name.to_owned();
    let svg = b"<svg onload=\"x()\"/>";
    assert_eq!(
        of("a.svg", svg),
        ImportError::Svg {
            entry: entry("a.svg")
        }
    );
    assert_eq!(
        of("a.exe", b"MZ"),
        ImportError::Kind {
            entry: entry("a.exe")
        }
    );
    for (name, kind) in [
        ("a.png", ImageKind::Png),
        ("a.jpeg", ImageKind::Jpeg),
        ("a.GIF", ImageKind::Gif),
        ("a.webp", ImageKind::WebP),
    ] {
        assert_eq!(
            of(name, svg),
            ImportError::Picture {
                entry: entry(name),
                kind
            }
        );
    }
}

#[test]
fn places_and_names_are_taken_out_of_pictures() {
    let notes: [(&[u8; 4], &[u8]); 2] = [(b"eXIf", b"GPS!"), (b"tEXt", b"hecho por Ana")];
    let mut noted = png(&notes);
    noted.extend_from_slice(b"after");
    assert_eq!(image::without_notes(ImageKind::Png, &noted), Some(png(&[])));
    let clean = image::without_notes(ImageKind::Jpeg, JPEG).expect("a picture");
    let expected: &[u8] =
        b"\xff\xd8\xff\xe0\x00\x04JF\xff\xdb\x00\x03q\xff\xda\x00\x03spicture\xff\x00more\xff\xd9";
    assert_eq!(clean, expected);
    let clean = image::without_notes(ImageKind::Gif, GIF).expect("a picture");
    assert!(clean.starts_with(b"GIF89a") && clean.ends_with(b"\x01x\0\x3b"));
    assert!(clean.windows(11).any(|it| it == b"NETSCAPE2.0"));
    assert!(!clean.windows(5).any(|it| it == b"hecho"));
    let clean = image::without_notes(ImageKind::WebP, &webp()).expect("a picture");
    assert!(!clean.windows(4).any(|it| it == b"EXIF" || it == b"XMP "));
    assert_eq!(
        clean[20], 0x10,
        "it does not say any more that notes are there"
    );
    let size = u32::from_le_bytes(clean[4..8].try_into().expect("four"));
    assert_eq!(size as usize, clean.len() - 8);
}

#[test]
fn there_is_one_page() {
    let none = import_zip(&packed(&[("a.gif", GIF)]));
    assert_eq!(none, Err(ImportError::NoPage));
    let two = import_zip(&packed(&[("a.html", b"x"), ("b.htm", b"y")]));
    let (first, second) = ("a.html".to_owned(), "b.htm".to_owned());
    assert_eq!(two, Err(ImportError::Pages { first, second }));
    let large = vec![b'a'; 256 * 1024 + 1];
    let bytes = packed(&[("a.html", &[&large[..], b"0123456789abcdefghijklm"].concat())]);
    assert!(matches!(
        import_zip(&bytes),
        Err(ImportError::LargePage { .. } | ImportError::Bomb { .. })
    ));
    assert_eq!(import_zip(b"PK\x03\x04"), Err(ImportError::NotZip));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(
        flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        cut in any::<prop::sample::Index>(),
    ) {
        let page = b"<img src=a.webp>";
        let mut bytes = packed(&[("i.html", page), ("a.webp", &webp()), ("b.jpg", JPEG)]);
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = import_zip(&bytes);
        let _ = import_zip(&bytes[..cut.index(bytes.len())]);
        for kind in [ImageKind::Png, ImageKind::Jpeg, ImageKind::Gif, ImageKind::WebP] {
            for whole in [&png(&[])[..], JPEG, GIF, &webp()] {
                let _ = image::without_notes(kind, &whole[..cut.index(whole.len())]);
            }
        }
    }
}
