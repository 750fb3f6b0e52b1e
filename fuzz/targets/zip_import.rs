//! No file that somebody uploads as a design may panic, hang or fill the memory.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pregon_content::import_zip;

fuzz_target!(|input: &[u8]| {
    let Ok(design) = import_zip(input) else {
        return;
    };
    for image in &design.images {
        assert!(!image.name.contains(".."), "a name leads out of the file");
        assert!(!image.bytes.windows(6).any(|it| it == b"Exif\0\0") || image.bytes.len() > 1 << 20);
    }
    let _ = design.linked(|image| format!("https://example.org/{}", image.cid));
});
