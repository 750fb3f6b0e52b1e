//! Mails as files in a directory: the safe default when nothing else is configured.

mod error;
mod files;

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use pregon_core::{Channel, Email, Outbound, PortError, Promise, Receipt, SendError};

use self::error::Error;
pub use self::files::Durability;
use self::files::Files;
use crate::Sender;
use crate::mime;

/// Writes each mail as one file `KEY.eml`, with the line breaks that it would have on the wire.
///
/// The file appears whole, by rename, and the same key writes the same file again: a crash leaves
/// neither half a mail nor two. So a repeated mail carries no mark, unlike one by [`Smtp`].
///
/// ```
/// use pregon_adapters_email::{OutboxDir, Sender};
/// # let rt = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
/// # let dir = tempfile::tempdir().expect("a directory");
/// # rt.block_on(async {
/// let sender = Sender::parse("Renovaciones <avisos@example.org>").expect("a sender");
/// let outbox = OutboxDir::open(dir.path().join("salida"), sender).await.expect("a directory");
/// assert!(dir.path().join("salida").is_dir());
/// # drop(outbox);
/// # });
/// ```
#[cfg_attr(feature = "smtp", doc = "\n[`Smtp`]: crate::Smtp")]
#[cfg_attr(not(feature = "smtp"), doc = "\n[`Smtp`]: https://docs.rs/pregon")]
#[derive(Debug)]
pub struct OutboxDir {
    files: Arc<Files>,
    sender: Sender,
}

impl OutboxDir {
    /// Opens the directory, makes it when it is not there, and removes what a crash left half
    /// written.
    ///
    /// # Errors
    /// When it is not a directory or cannot be made.
    pub async fn open(dir: impl Into<PathBuf>, sender: Sender) -> Result<Self, PortError> {
        let dir = dir.into();
        let files = blocking(move || Files::open(dir)).await;
        let files = files.map_err(|error| Error::from(error).into_port("open"))?;
        Ok(Self {
            files: Arc::new(files),
            sender,
        })
    }

    /// With another durability than [`Durability::Full`].
    #[must_use]
    pub fn with_durability(mut self, durability: Durability) -> Self {
        self.files = Arc::new(Files::clone(&self.files).with_durability(durability));
        self
    }
}

#[async_trait]
impl Channel<Email> for OutboxDir {
    fn promise(&self) -> Promise {
        Promise::Idempotent { retention: None }
    }

    async fn send(&self, out: &Outbound<Email>) -> Result<Receipt, SendError> {
        let mail = mime::letter(&self.sender, out, None).map_err(Error::from)?;
        let (files, id) = (Arc::clone(&self.files), out.id);
        blocking(move || files.put(&id.to_string(), "eml", &mail.formatted()))
            .await
            .map_err(Error::from)?;
        Ok(Receipt::default())
    }
}

/// Runs file work where it may block. When the caller stops waiting it is finished all the same:
/// that is harmless, because the same key writes the same file.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, files::Failed> + Send + 'static,
) -> Result<T, files::Failed> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        // It panicked or the runtime is shutting down: nobody knows how far it came.
        Err(error) => Err(files::Failed::late(std::io::Error::other(error))),
    }
}
