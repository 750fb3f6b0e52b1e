//! A worker: the process that is killed. It hears the driver on its stdin and tells it on stdout
//! when it has nothing to do.

pub(crate) mod engine;
pub(crate) mod naive;

use std::io::{BufRead as _, Write as _};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use crate::Result;
use crate::args::{Protocol, Worker};

/// How soon what failed is tried again.
const AGAIN: Duration = Duration::from_millis(50);

/// What the driver says.
#[derive(Debug)]
pub(crate) struct Orders {
    /// Look again whether there is something to do.
    pub(crate) go: mpsc::UnboundedReceiver<()>,
    /// Record the refusal of this number.
    pub(crate) refuse: mpsc::UnboundedReceiver<usize>,
}

/// Works until the driver is gone, or until it is killed.
pub(crate) async fn run(asked: Worker) -> Result {
    let orders = orders();
    match asked.protocol {
        Protocol::Pregon => engine::work(&asked, orders).await,
        naive => naive::work(&asked, naive, orders).await,
    }
}

/// Tells the driver something.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // When the driver is gone, so are we soon.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Reads what the driver says, on a thread of its own; without a driver the process ends.
fn orders() -> Orders {
    let (to_go, go) = mpsc::unbounded_channel();
    let (to_refuse, refuse) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin()
            .lock()
            .lines()
            .map_while(std::io::Result::ok)
        {
            let _ = match line.strip_prefix("refuse ").map(str::parse) {
                Some(Ok(number)) => to_refuse.send(number).is_ok(),
                _ => to_go.send(()).is_ok(),
            };
        }
        std::process::exit(0);
    });
    Orders { go, refuse }
}

/// Returns when the driver is gone.
pub(crate) async fn end_of_stdin() {
    let (ended, end) = oneshot::channel();
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        let _ = ended.send(());
    });
    let _ = end.await;
}
