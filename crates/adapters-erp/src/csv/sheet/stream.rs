//! A file is cut into blocks, and the blocks are looked at, by as many threads as there are cores.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::split::{Block, Splitter};

/// More threads would wait for the one that cuts.
const MOST_THREADS: usize = 8;
/// How many blocks a thread may be ahead of the one that is taken next.
const AHEAD: usize = 4;

/// Looks at every further block of a file, several at once, and then takes them one by one in
/// their order, with what was seen; until there is none or `take` has had enough.
///
/// Whoever has nothing to look at cuts the next blocks, which only one can do at a time; the caller
/// takes. So no thread waits while there is anything to do. `look` has a scratch of its thread's
/// own and the number of the block; `first` is a block that was cut already.
pub(super) fn each_block<R: Read + Send, S: Default, T: Send>(
    splitter: &mut Splitter<R>,
    first: Option<Block>,
    look: impl Fn(&mut S, usize, &Block) -> T + Sync,
    mut take: impl FnMut(&Block, T) -> ControlFlow<()>,
) -> io::Result<()> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let threads = cores.min(MOST_THREADS);
    let work = Work::new(splitter, first, threads * AHEAD);
    thread::scope(|scope| {
        for _ in 1..threads {
            let helping = || {
                // Nobody would wait for what a thread that panicked had in hand.
                let done = catch_unwind(AssertUnwindSafe(|| help(&work, &look)));
                if let Err(panic) = done {
                    work.stop();
                    resume_unwind(panic);
                }
            };
            // Without help it takes longer.
            let _ = thread::Builder::new().spawn_scoped(scope, helping);
        }
        let mut scratch = S::default();
        let done = catch_unwind(AssertUnwindSafe(|| {
            while let Some(task) = work.next(true) {
                match task {
                    Task::Take(block, seen) => {
                        if take(&block, seen).is_break() {
                            work.stop();
                        }
                        work.give_back(block);
                    }
                    other => work.settle(other, &look, &mut scratch),
                }
            }
        }));
        work.stop();
        if let Err(panic) = done {
            resume_unwind(panic);
        }
    });
    let mut state = work.state();
    state.error.take().map_or(Ok(()), Err)
}

fn help<R: Read, S: Default, T>(work: &Work<'_, R, T>, look: &impl Fn(&mut S, usize, &Block) -> T) {
    let mut scratch = S::default();
    while let Some(task) = work.next(false) {
        work.settle(task, look, &mut scratch);
    }
}

/// What a thread does next.
enum Task<'s, R, T> {
    Take(Block, T),
    Look(usize, Block),
    Cut(&'s mut Splitter<R>, Block),
}

/// What there is to do, and a bell for those who wait for it.
struct Work<'s, R, T> {
    state: Mutex<State<'s, R, T>>,
    bell: Condvar,
    most: usize,
}

struct State<'s, R, T> {
    /// Nothing while somebody cuts, and after the last block.
    splitter: Option<&'s mut Splitter<R>>,
    cut: VecDeque<(usize, Block)>,
    looked: BTreeMap<usize, (Block, T)>,
    spare: Vec<Block>,
    /// How many were cut, and how many of them were taken.
    counted: usize,
    taken: usize,
    ended: bool,
    stopped: bool,
    error: Option<io::Error>,
}

impl<'s, R: Read, T> Work<'s, R, T> {
    fn new(splitter: &'s mut Splitter<R>, first: Option<Block>, most: usize) -> Self {
        let cut: VecDeque<_> = (0..).zip(first).collect();
        let state = State {
            splitter: Some(splitter),
            counted: cut.len(),
            cut,
            looked: BTreeMap::new(),
            spare: Vec::new(),
            taken: 0,
            ended: false,
            stopped: false,
            error: None,
        };
        Self {
            state: Mutex::new(state),
            bell: Condvar::new(),
            most,
        }
    }

    /// Waits for something to do; nothing when all is done.
    fn next(&self, takes: bool) -> Option<Task<'s, R, T>> {
        let mut state = self.state();
        loop {
            if state.stopped {
                return None;
            }
            let next = state.taken;
            if takes && let Some((block, seen)) = state.looked.remove(&next) {
                state.taken += 1;
                return Some(Task::Take(block, seen));
            }
            if let Some((number, block)) = state.cut.pop_front() {
                return Some(Task::Look(number, block));
            }
            if state.ended && (!takes || state.taken == state.counted) {
                return None;
            }
            if state.counted - state.taken < self.most
                && let Some(splitter) = state.splitter.take()
            {
                let block = state.spare.pop().unwrap_or_default();
                return Some(Task::Cut(splitter, block));
            }
            state = self
                .bell
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Does what any thread may do.
    fn settle<S>(
        &self,
        task: Task<'s, R, T>,
        look: &impl Fn(&mut S, usize, &Block) -> T,
        scratch: &mut S,
    ) {
        match task {
            Task::Look(number, block) => {
                let seen = look(scratch, number, &block);
                self.state().looked.insert(number, (block, seen));
            }
            Task::Cut(splitter, mut block) => {
                let filled = splitter.fill(&mut block);
                let mut state = self.state();
                match filled {
                    Ok(true) => {
                        let number = state.counted;
                        state.cut.push_back((number, block));
                        state.counted += 1;
                        state.splitter = Some(splitter);
                    }
                    Ok(false) => state.ended = true,
                    Err(error) => {
                        state.error = Some(error);
                        state.ended = true;
                    }
                }
            }
            Task::Take(block, _) => self.give_back(block),
        }
        self.bell.notify_all();
    }

    fn give_back(&self, block: Block) {
        self.state().spare.push(block);
        self.bell.notify_all();
    }

    /// Leaves undone what is still to do.
    fn stop(&self) {
        let mut state = self.state();
        state.stopped = true;
        self.bell.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State<'s, R, T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of one number, of which a block has some thousands.
    fn numbers(rows: usize) -> Vec<u8> {
        let lines = (0..rows).map(|n| format!("{n}\n"));
        lines.collect::<String>().into_bytes()
    }

    fn first_field(block: &Block) -> usize {
        let bytes = block.row(0).field(0).into_owned();
        String::from_utf8(bytes).unwrap().parse().unwrap()
    }

    #[test]
    fn blocks_are_taken_in_their_order_whoever_looks() {
        let text = numbers(400_000);
        let mut splitter = Splitter::new(&text[..], b',');
        let (mut rows, mut blocks) = (0, 0);
        let look = |seen: &mut usize, number: usize, block: &Block| {
            *seen += 1;
            (number, block.len(), first_field(block))
        };
        each_block(&mut splitter, None, look, |block, (number, len, first)| {
            assert_eq!((number, first, len), (blocks, rows, block.len()));
            rows += len;
            blocks += 1;
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(rows, 400_000);
        assert!(blocks > 5, "{blocks}");
    }

    #[test]
    fn who_has_enough_is_given_no_more() {
        let text = numbers(400_000);
        let mut splitter = Splitter::new(&text[..], b',');
        let mut taken = 0;
        let look = |(): &mut (), number, _: &Block| number;
        each_block(&mut splitter, None, look, |_, number| {
            assert_eq!(number, taken);
            taken += 1;
            if taken == 3 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })
        .unwrap();
        assert_eq!(taken, 3);
    }

    #[test]
    fn a_file_that_fails_gives_what_came_before() {
        struct Broken(usize);
        impl Read for Broken {
            fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
                self.0 += 1;
                if self.0 > 100 {
                    return Err(io::Error::other("torn"));
                }
                let n = to.len().min(8192);
                to[..n].fill(b'\n');
                to[0] = b'x';
                Ok(n)
            }
        }
        let mut splitter = Splitter::new(Broken(0), b',');
        let mut rows = 0;
        let look = |(): &mut (), _, block: &Block| block.len();
        let failed = each_block(&mut splitter, None, look, |_, len| {
            rows += len;
            ControlFlow::Continue(())
        });
        assert_eq!(failed.unwrap_err().to_string(), "torn");
        assert!(rows > 0 && rows < 100, "{rows}");
    }

    #[test]
    fn a_panic_of_any_thread_is_the_callers() {
        let text = numbers(400_000);
        for bad in [0, 1, 3] {
            let mut splitter = Splitter::new(&text[..], b',');
            let look = |(): &mut (), number, _: &Block| assert_ne!(number, bad, "bad block");
            let done = catch_unwind(AssertUnwindSafe(|| {
                let _ = each_block(&mut splitter, None, look, |_, ()| ControlFlow::Continue(()));
            }));
            assert!(done.is_err());
        }
    }
}
