//! Where a request may go. What an operator, or a tenant of theirs, writes as an address must not
//! reach what only our own machines can reach.
//!
//! Three walls, each enough for most of what is tried:
//!
//! 1. The address is written plainly, or refused (`target.rs`): https, an allowed port, a host that
//!    is spelt as it is meant, so that no two parsers read it differently.
//! 2. Every address that its name resolves to is public (`net.rs`), at each connection again.
//! 3. The connection goes to the very addresses that were checked (`resolver.rs`): nobody asks a
//!    name server a second time. There are no redirections and no proxies.

mod target;

mod net;
mod resolver;

use std::collections::BTreeSet;
use std::net::IpAddr;

pub(crate) use resolver::Guard;
pub use resolver::Resolver;
pub use target::TargetError;
pub(crate) use target::parse;

/// What a request may reach.
///
/// ```
/// # use pregon_adapters_webhook::Egress;
/// let egress = Egress::new().with_ports([443]).only_hosts(["hooks.example.org", ".example.com"]);
/// assert!(egress.check("https://hooks.example.org/pregon").is_ok());
/// assert!(egress.check("https://a.example.com/").is_ok());
/// assert!(egress.check("https://elsewhere.example.net/").is_err());
/// assert!(egress.check("https://169.254.169.254/latest/meta-data/").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Egress {
    ports: BTreeSet<u16>,
    hosts: Option<Vec<String>>,
    own: BTreeSet<IpAddr>,
    loopback: bool,
}

impl Egress {
    /// Public addresses of any host, at ports 443 and 8443.
    #[must_use]
    pub fn new() -> Self {
        Self {
            ports: [443, 8443].into(),
            hosts: None,
            own: BTreeSet::new(),
            loopback: false,
        }
    }

    /// At these ports only.
    #[must_use]
    pub fn with_ports(mut self, ports: impl IntoIterator<Item = u16>) -> Self {
        self.ports = ports.into_iter().collect();
        self
    }

    /// Of these hosts only; `.example.com` is every host below `example.com`.
    #[must_use]
    pub fn only_hosts<H: AsRef<str>>(mut self, hosts: impl IntoIterator<Item = H>) -> Self {
        let lower = |host: H| host.as_ref().to_ascii_lowercase();
        self.hosts = Some(hosts.into_iter().map(lower).collect());
        self
    }

    /// And to none of these, on which something of ours listens although they are public.
    #[must_use]
    pub fn without_own(mut self, own: impl IntoIterator<Item = IpAddr>) -> Self {
        self.own.extend(own);
        self
    }

    /// And to this machine, by plain http and at any port too: for tests and for development.
    #[must_use]
    pub fn and_loopback(mut self) -> Self {
        self.loopback = true;
        self
    }

    /// Whether an address may be written to, as far as it can be told without asking for its name.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, address: &str) -> Result<(), TargetError> {
        parse(address, self).map(|_| ())
    }

    /// Whether a connection may be opened to an address.
    ///
    /// # Errors
    /// When it is not public, or one of our own.
    pub fn admits(&self, address: IpAddr) -> Result<(), Refused> {
        if self.own.contains(&address) {
            return Err(Refused("one of our own"));
        }
        if self.loopback && address.is_loopback() {
            return Ok(());
        }
        match net::reserved_for(address) {
            Some(what) => Err(Refused(what)),
            None => Ok(()),
        }
    }

    fn admits_host(&self, host: &str) -> bool {
        let Some(hosts) = &self.hosts else {
            return true;
        };
        hosts.iter().any(|known| match known.strip_prefix('.') {
            Some(above) => host
                .strip_suffix(above)
                .is_some_and(|below| below.len() > 1 && below.ends_with('.')),
            None => host == known,
        })
    }
}

impl Default for Egress {
    fn default() -> Self {
        Self::new()
    }
}

/// An address that must not be connected to; it says of what kind it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the address is not a public one: {0}")]
pub struct Refused(&'static str);
