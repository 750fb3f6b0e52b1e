//! Short messages as files in a directory: the safe default when nothing else is configured.

mod error;
mod files;

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use pregon_core::{Address, Channel, Outbound, PortError, Promise, Receipt, SendError, Sms};

pub use self::files::Durability;
use self::files::{Failed, Files};

/// Writes each short message as one file `KEY.txt`: two lines of head, an empty one, the text.
///
/// The file appears whole, by rename, and the same key writes the same file again: a crash leaves
/// neither half a message nor two.
///
/// ```
/// use pregon_adapters_sms::SmsOutboxDir;
/// # let rt = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
/// # let dir = tempfile::tempdir().expect("a directory");
/// # rt.block_on(async {
/// let outbox = SmsOutboxDir::open(dir.path().join("salida")).await.expect("a directory");
/// assert!(dir.path().join("salida").is_dir());
/// # drop(outbox);
/// # });
/// ```
#[derive(Debug)]
pub struct SmsOutboxDir {
    files: Arc<Files>,
}

impl SmsOutboxDir {
    /// Opens the directory, makes it when it is not there, and removes what a crash left half
    /// written.
    ///
    /// # Errors
    /// When it is not a directory or cannot be made.
    pub async fn open(dir: impl Into<PathBuf>) -> Result<Self, PortError> {
        let dir = dir.into();
        let files = blocking(move || Files::open(dir)).await;
        let files = files.map_err(|failed| failed.into_port("open"))?;
        Ok(Self {
            files: Arc::new(files),
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
impl Channel<Sms> for SmsOutboxDir {
    fn promise(&self) -> Promise {
        Promise::Idempotent { retention: None }
    }

    async fn send(&self, out: &Outbound<Sms>) -> Result<Receipt, SendError> {
        let (files, id) = (Arc::clone(&self.files), out.id);
        // The text comes last and is not escaped: whatever it says, the first two lines are ours.
        let (to, text) = (out.message.to.as_str(), &out.message.text);
        let content = format!("To: {to}\nId: {id}\n\n{text}\n");
        blocking(move || files.put(&id.to_string(), content.as_bytes())).await?;
        Ok(Receipt::default())
    }
}

/// Runs file work where it may block. When the caller stops waiting it is finished all the same:
/// that is harmless, because the same key writes the same file.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failed> + Send + 'static,
) -> Result<T, Failed> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        // It panicked or the runtime is shutting down: nobody knows how far it came.
        Err(error) => Err(Failed::late(std::io::Error::other(error))),
    }
}
