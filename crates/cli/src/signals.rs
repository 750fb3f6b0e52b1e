//! SIGINT and SIGTERM: the first asks for a clean stop, the second does not wait for it.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::output::{Failure, FailureKind};

/// Which signal asked for a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// SIGINT.
    Interrupt,
    /// SIGTERM.
    Terminate,
}

impl Stop {
    /// The program's exit code after a clean stop.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

/// The signals that this process listens to.
#[derive(Debug)]
pub(crate) struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    /// Begins to listen.
    pub(crate) fn listen() -> Result<Self, Failure> {
        let listen = |kind| signal(kind).map_err(|error| cannot(&error));
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
        })
    }

    /// Waits for the next one.
    pub(crate) async fn next(&mut self) -> Stop {
        tokio::select! {
            _ = self.interrupt.recv() => Stop::Interrupt,
            _ = self.terminate.recv() => Stop::Terminate,
        }
    }
}

/// Makes a file that may not grow an error of the write, as a full disk is, instead of the
/// process's end: then it can be said, and what was decided is in order.
pub(crate) fn survive_file_limits() {
    const SIGXFSZ: i32 = 25;
    // Where the signal does not exist or cannot be had, a full disk is still an error of a write.
    if let Ok(listening) = signal(SignalKind::from_raw(SIGXFSZ)) {
        drop(listening);
    }
}

fn cannot(error: &std::io::Error) -> Failure {
    Failure::new(FailureKind::Failed, "signals cannot be listened to").because(error)
}
