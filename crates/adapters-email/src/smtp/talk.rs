//! A conversation with a server: commands out, replies in.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

use super::error::{Error, NoReply};
use super::reply::{Heard, Phase, Scanned, scan};
use super::wire::Wire;

/// No reply is longer, with all its lines.
const MOST_REPLY_BYTES: usize = 64 * 1024;

/// A conversation. What comes is read into one buffer for all replies of the connection.
pub(super) struct Talk {
    wire: Wire,
    come: Vec<u8>,
    /// How much of what has come is behind us.
    read: usize,
}

impl Talk {
    pub(super) fn new(wire: Wire) -> Self {
        Self {
            wire,
            come: Vec::with_capacity(1024),
            read: 0,
        }
    }

    /// Whether nothing has come that nobody asked for yet. A server that speaks out of turn, or
    /// somebody in its place, would have every later reply taken for that of another command.
    pub(super) fn is_in_turn(&self) -> bool {
        self.read == self.come.len()
    }

    /// The connection below, to encrypt it.
    pub(super) fn into_wire(self) -> Wire {
        self.wire
    }

    /// Writes all of it.
    pub(super) async fn say(&mut self, bytes: &[u8]) -> Result<(), NoReply> {
        let written = async {
            self.wire.write_all(bytes).await?;
            self.wire.flush().await
        };
        written.await.map_err(|_| NoReply::Cut)
    }

    /// The next reply, whatever it says.
    pub(super) async fn listen(&mut self) -> Result<Heard, NoReply> {
        self.come.drain(..self.read);
        self.read = 0;
        loop {
            match scan(&self.come) {
                Scanned::Whole(heard, length) => {
                    self.read = length;
                    return Ok(heard);
                }
                Scanned::Garbage => return Err(NoReply::Garbage),
                Scanned::Part if self.come.len() > MOST_REPLY_BYTES => {
                    return Err(NoReply::Garbage);
                }
                Scanned::Part => {}
            }
            match self.wire.read_buf(&mut self.come).await {
                Ok(0) | Err(_) => return Err(NoReply::Cut),
                Ok(_) => {}
            }
        }
    }

    /// The next reply within the time.
    pub(super) async fn hear(&mut self, phase: Phase, limit: Duration) -> Result<Heard, Error> {
        within(limit, phase, self.listen()).await
    }

    /// What the server replies to it within the time.
    pub(super) async fn ask(
        &mut self,
        phase: Phase,
        limit: Duration,
        bytes: &[u8],
    ) -> Result<Heard, Error> {
        let asked = async {
            self.say(bytes).await?;
            self.listen().await
        };
        within(limit, phase, asked).await
    }
}

/// The work's result, or what its failure within the time means at the phase.
pub(super) async fn within<T>(
    limit: Duration,
    phase: Phase,
    work: impl Future<Output = Result<T, NoReply>>,
) -> Result<T, Error> {
    let done = timeout(limit, work).await;
    let done = done.unwrap_or(Err(NoReply::TimedOut));
    done.map_err(|why| Error::no_reply(phase, why))
}
