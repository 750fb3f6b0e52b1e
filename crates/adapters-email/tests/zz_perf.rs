#![allow(dead_code, unused, clippy::all)]
#[path = "channels/support/mod.rs"]
mod support;
use std::sync::Arc; use std::num::NonZeroUsize;
use pregon_adapters_email::*; use pregon_core::*; use support::*;
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn perf() {
    for conns in [1usize, 4, 16] {
        let server = Server::plain().await;
        let smtp = Arc::new(Smtp::new(config(&server).with_connections(NonZeroUsize::new(conns).unwrap())).unwrap());
        let n = 20000; let t = std::time::Instant::now();
        let mut hs = vec![];
        for w in 0..conns { let smtp = smtp.clone(); hs.push(tokio::spawn(async move { for i in 0..n/conns { smtp.send(&outbound((i%250) as u8)).await.unwrap(); } })); }
        for h in hs { h.await.unwrap(); }
        println!("smtp {conns} conns: {:.0}/s connections {}", n as f64 / t.elapsed().as_secs_f64(), server.connections());
    }
    let t = std::time::Instant::now();
    for (d, n) in [(Durability::Full, 1000u32), (Durability::Rename, 20000)] {
      for par in [1u32, 8] {
        let dir = tempfile::tempdir_in(std::env::var("PERF_DIR").unwrap()).unwrap();
        let o = Arc::new(OutboxDir::open(dir.path(), sender()).await.unwrap().with_durability(d));
        let t = std::time::Instant::now();
        let mut hs = vec![];
        for w in 0..par { let o = o.clone(); hs.push(tokio::spawn(async move { for i in 0..n/par { let mut out = outbound(1); let mut b=[0u8;16]; b[..4].copy_from_slice(&(w*n+i).to_be_bytes()); out.id = DispatchId::from_bytes(b); o.send(&out).await.unwrap(); } })); }
        for h in hs { h.await.unwrap(); }
        println!("outbox {d:?} {par} tasks: {:.0}/s", n as f64 / t.elapsed().as_secs_f64());
      }
    }
}
