//! What stands beside a file and remembers how far the file had come.
//!
//! A store counts its changes (`store.moves`), in the transaction of each. Once that is committed,
//! the count is written here. So the witness is level with its file or behind it, whatever dies and
//! when; a file that is behind its witness is an older copy that was put back.
//!
//! Nobody waits until the count is on the disk: the kernel sees to that within half a minute, and a
//! copy that was made less than that before a power cut is nobody's backup. A witness that is not
//! there, or is of another store, says nothing: a file may be brought to a new machine.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::error::Error;

const MARK: &str = "pregon witness 1 ";

/// What tells a store from any other.
pub(super) type Id = [u8; 16];

/// The witness beside a file.
#[derive(Debug)]
pub(super) struct Witness {
    file: File,
    id: Id,
}

impl Witness {
    /// The witness of a store with this id.
    pub(super) fn beside(path: &Path, id: Id) -> Result<Self, Error> {
        let mut name = path.as_os_str().to_owned();
        name.push(".witness");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(PathBuf::from(name))
            .map_err(Error::Witness)?;
        Ok(Self { file, id })
    }

    /// How many changes of the store it knows of; none where it says nothing of this store.
    pub(super) fn seen(&self) -> Result<i64, Error> {
        let mut text = Vec::new();
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0)).map_err(Error::Witness)?;
        file.read_to_end(&mut text).map_err(Error::Witness)?;
        Ok(read(&text, self.id).unwrap_or(0))
    }

    /// Learns how often the store was changed by now. What cannot be written leaves it behind,
    /// which is no reason to call a change lost that was made.
    pub(super) fn saw(&self, moves: i64) {
        let _ = self.write(moves);
    }

    /// Learns it, and waits for the disk.
    pub(super) fn keep(&self, moves: i64) -> Result<(), Error> {
        let whole = text(self.id, moves).len() as u64;
        let kept = self
            .write(moves)
            .and_then(|()| self.file.set_len(whole))
            .and_then(|()| self.file.sync_all());
        kept.map_err(Error::Witness)
    }

    /// As long as what stands there, so that one write replaces it whole.
    fn write(&self, moves: i64) -> io::Result<()> {
        let text = text(self.id, moves);
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0))?;
        file.write_all(text.as_bytes())
    }
}

fn text(id: Id, moves: i64) -> String {
    let id = id.map(|byte| format!("{byte:02x}")).concat();
    format!("{MARK}{id} {moves:019}\n")
}

/// The count in a text, if it is one of a witness of this store.
fn read(bytes: &[u8], id: Id) -> Option<i64> {
    let count = bytes.get(MARK.len() + 33..)?.strip_suffix(b"\n")?;
    let count: i64 = str::from_utf8(count).ok()?.parse().ok()?;
    (text(id, count).as_bytes() == bytes).then_some(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: Id = [7; 16];

    #[test]
    fn only_a_whole_text_of_ones_own_is_believed() {
        for moves in [0, 1, 41, i64::MAX] {
            assert_eq!(read(text(OURS, moves).as_bytes(), OURS), Some(moves));
            assert_eq!(read(text([8; 16], moves).as_bytes(), OURS), None);
        }
        let whole = text(OURS, 41);
        for cut in 0..whole.len() {
            assert_eq!(read(&whole.as_bytes()[..cut], OURS), None, "{cut}");
        }
        for place in 0..whole.len() {
            let mut odd = whole.clone().into_bytes();
            odd[place] = b'\xff';
            assert_eq!(read(&odd, OURS), None, "{place}");
        }
        assert_eq!(read(format!("{whole}\n").as_bytes(), OURS), None);
    }

    #[test]
    fn it_says_what_it_was_told_last() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("s.db");
        let witness = Witness::beside(&path, OURS).unwrap();
        assert_eq!(witness.seen().unwrap(), 0);
        witness.saw(3);
        witness.keep(4).unwrap();
        let same = Witness::beside(&path, OURS).unwrap();
        assert_eq!(same.seen().unwrap(), 4);
        let others = Witness::beside(&path, [8; 16]).unwrap();
        assert_eq!(others.seen().unwrap(), 0, "of this store it says nothing");
    }
}
