//! Hears what mail servers have sent back.

use pregon::Engine;

use crate::config::Mailbox;
use crate::output::{Failure, Out};

/// Hears all the mails that are there. What cannot be read is told, and read again the next time; a
/// store that fails is a failure of the run.
#[cfg(feature = "bounces")]
pub(super) async fn hear(mailbox: &Mailbox, engine: &Engine, out: Out) -> Result<(), Failure> {
    loop {
        let batch = match take(mailbox).await {
            Ok(batch) => batch,
            Err(error) => {
                tell(&error, out);
                return Ok(());
            }
        };
        if batch.is_empty() {
            return Ok(());
        }
        for (name, why) in batch.refused() {
            out.note(&format!("[bounces] {name}: {why}"));
        }
        let heard = engine.hear(&batch.feedback()).await;
        let _ = heard.map_err(|error| Failure::engine(&error))?;
        if let Err(error) = batch.done() {
            // What was heard is kept. Read again it changes nothing, but now it would be for ever.
            tell(&error, out);
            return Ok(());
        }
    }
}

#[cfg(not(feature = "bounces"))]
pub(super) async fn hear(mailbox: &Mailbox, _: &Engine, _: Out) -> Result<(), Failure> {
    match *mailbox {}
}

#[cfg(feature = "bounces")]
async fn take(mailbox: &Mailbox) -> Result<pregon::email::MailBatch, pregon::PortError> {
    /// How many mails are read at once.
    const AT_ONCE: usize = 100;
    let (mails, bounces) = (mailbox.mails.clone(), mailbox.bounces.clone());
    let taken = tokio::task::spawn_blocking(move || mails.take(&bounces, AT_ONCE));
    let ended = pregon::PortError::new("maildir", "read", pregon::PortErrorKind::Corrupt);
    taken.await.unwrap_or(Err(ended))
}

#[cfg(feature = "bounces")]
fn tell(error: &pregon::PortError, out: Out) {
    let failure = Failure::port(error);
    out.warn(&super::totals::in_a_line(&failure, out.lang));
}
