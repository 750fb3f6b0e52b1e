//! One thread cuts a file into blocks while another looks at them.

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::sync::mpsc::sync_channel;

use super::split::{Block, Splitter};

/// How many blocks may be cut before one is looked at.
const AHEAD: usize = 4;

/// Gives every further block of a file, in order, until there is none or `see` has seen enough.
pub(super) fn each_block<R: Read + Send>(
    splitter: &mut Splitter<R>,
    mut see: impl FnMut(&Block) -> ControlFlow<()>,
) -> io::Result<()> {
    let (full, filled) = sync_channel::<Block>(AHEAD);
    let (used, free) = sync_channel::<Block>(AHEAD + 2);
    std::thread::scope(|scope| {
        let cutting = scope.spawn(move || {
            loop {
                let mut block = free.try_recv().unwrap_or_default();
                // Who looks at them may have seen enough and gone.
                if !splitter.fill(&mut block)? || full.send(block).is_err() {
                    return Ok(());
                }
            }
        });
        for block in &filled {
            if see(&block).is_break() {
                break;
            }
            // Blocks are used again; when the other thread has enough of them, one is freed.
            let _ = used.try_send(block);
        }
        drop(filled);
        match cutting.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}
