//! Names become addresses once, and are checked on the way.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::Egress;

/// Asks for the addresses of a name; hosts that have a resolver of their own put it here.
#[async_trait]
pub trait Resolver: fmt::Debug + Send + Sync + 'static {
    /// The addresses of a name.
    ///
    /// # Errors
    /// When they cannot be asked for.
    async fn addresses(&self, name: &str) -> std::io::Result<Vec<IpAddr>>;
}

/// The resolver of the operating system.
#[derive(Debug, Clone, Copy)]
pub(crate) struct System;

#[async_trait]
impl Resolver for System {
    async fn addresses(&self, name: &str) -> std::io::Result<Vec<IpAddr>> {
        let found = tokio::net::lookup_host((name, 0)).await?;
        Ok(found.map(|address| address.ip()).collect())
    }
}

/// A resolver that gives only what may be connected to. The client connects to what this returned
/// and asks nobody again, so that a name cannot mean another machine a moment later.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    resolver: Arc<dyn Resolver>,
    egress: Arc<Egress>,
}

impl Guard {
    pub(crate) fn new(resolver: Option<Arc<dyn Resolver>>, egress: &Arc<Egress>) -> Self {
        Self {
            resolver: resolver.unwrap_or_else(|| Arc::new(System)),
            egress: Arc::clone(egress),
        }
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let Self { resolver, egress } = self.clone();
        Box::pin(async move {
            let found = resolver.addresses(name.as_str()).await?;
            // One address inside among public ones is no accident: none of them is used.
            for address in &found {
                egress.admits(*address)?;
            }
            // Port 0 stands for that of the URL.
            let found = found.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(found) as Addrs)
        })
    }
}
