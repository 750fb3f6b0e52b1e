//! Stands between a store and its server, counts the bytes, and cuts the line after one of them.

use std::io;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Which way bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    ToServer,
    ToStore,
}

#[derive(Debug, Default)]
struct Plan {
    /// How many went to the server, and to the store.
    counted: [usize; 2],
    /// Which way, and after how many bytes more, the line is cut.
    cut: Option<(Way, usize)>,
}

impl Plan {
    /// How many of these may pass; fewer are the last ones.
    fn allow(&mut self, way: Way, count: usize) -> usize {
        let allowed = match &mut self.cut {
            Some((planned, left)) if *planned == way && *left < count => *left,
            Some((planned, left)) if *planned == way => {
                *left -= count;
                count
            }
            _ => count,
        };
        if allowed < count {
            self.cut = None;
        }
        self.counted[usize::from(way == Way::ToStore)] += allowed;
        allowed
    }
}

/// A relay to a server; it ends with the runtime.
#[derive(Debug)]
pub(crate) struct Relay {
    pub(crate) port: u16,
    plan: Arc<Mutex<Plan>>,
}

impl Relay {
    pub(crate) async fn to(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let plan = Arc::<Mutex<Plan>>::default();
        let kept = Arc::clone(&plan);
        tokio::spawn(async move {
            while let Ok((store, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                // What becomes of a line is told by who uses it.
                tokio::spawn(carry(store, server, Arc::clone(&kept)));
            }
        });
        Self { port, plan }
    }

    /// Cuts the next line on which more than so many bytes go this way.
    pub(crate) fn cut(&self, way: Way, after: usize) {
        self.plan.lock().unwrap().cut = Some((way, after));
    }

    /// Cuts nothing any more; says whether a cut is done.
    pub(crate) fn mend(&self) -> bool {
        self.plan.lock().unwrap().cut.take().is_none()
    }

    /// How many bytes went to the server and to the store.
    pub(crate) fn counted(&self) -> [usize; 2] {
        self.plan.lock().unwrap().counted
    }
}

async fn carry(
    mut store: TcpStream,
    mut server: TcpStream,
    plan: Arc<Mutex<Plan>>,
) -> io::Result<()> {
    let (mut asked, mut answered) = ([0; 4096], [0; 4096]);
    loop {
        let (way, count) = tokio::select! {
            count = store.read(&mut asked) => (Way::ToServer, count?),
            count = server.read(&mut answered) => (Way::ToStore, count?),
        };
        let allowed = plan.lock().unwrap().allow(way, count);
        match way {
            Way::ToServer => server.write_all(&asked[..allowed]).await?,
            Way::ToStore => store.write_all(&answered[..allowed]).await?,
        }
        if count == 0 || allowed < count {
            return Ok(());
        }
    }
}
