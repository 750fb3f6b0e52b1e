//! The provider, as the driver speaks to it.

use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use super::process::Process;
use super::setup::Scene;
use crate::Result;
use crate::wire::{Arrival, Request};

/// The provider's process and a connection to it.
#[derive(Debug)]
pub(super) struct Desk {
    process: Process,
    on: Connection,
    pub(super) address: SocketAddr,
}

/// A connection over which one asks.
#[derive(Debug)]
pub(super) struct Connection(BufReader<TcpStream>);

impl Desk {
    /// Starts a provider.
    pub(super) async fn open(scene: &Scene) -> Result<Self> {
        let mut args = super::storm::words(&["provider", "--seed"]);
        args.push(scene.seed.to_string().into());
        args.extend(["--mode".into(), scene.asked.mode.name().into()]);
        args.extend(["--clock".into(), scene.clock_path().into()]);
        let (process, mut said) = Process::start(scene, args)?;
        let ready = said.next_line().await?.unwrap_or_default();
        let address = ready.strip_prefix("READY ").unwrap_or_default();
        let address = address.parse().map_err(|_| "the provider did not start")?;
        Ok(Self {
            process,
            on: Connection::open(address).await?,
            address,
        })
    }

    /// The next number of the provider's order: what arrives later has a higher one.
    pub(super) async fn mark(&mut self) -> Result<u64> {
        Ok(self.on.ask(&Request::Mark).await?.trim().parse()?)
    }

    /// Everything that arrived; then the provider is gone.
    pub(super) async fn close(mut self) -> Result<Vec<Arrival>> {
        let all = self.on.ask(&Request::Dump).await?;
        drop(self.on);
        self.process.end().await?;
        Ok(serde_json::from_str(&all)?)
    }
}

impl Connection {
    /// A new one.
    pub(super) async fn open(to: SocketAddr) -> Result<Self> {
        Ok(Self(BufReader::new(TcpStream::connect(to).await?)))
    }

    /// Asks, and waits for the line that answers.
    pub(super) async fn ask(&mut self, request: &Request) -> Result<String> {
        let line = serde_json::to_string(request)? + "\n";
        self.0.write_all(line.as_bytes()).await?;
        let mut answer = String::new();
        match self.0.read_line(&mut answer).await? {
            0 => Err("the provider is gone".into()),
            _ => Ok(answer),
        }
    }
}
