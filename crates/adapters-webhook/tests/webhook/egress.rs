//! C1: names that lead inside, names that change, redirections, proxies.

use std::collections::VecDeque;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use pregon_adapters_webhook::{Egress, Resolver, Webhook, WebhookConfig};
use pregon_core::{Action as _, Fate, PortErrorKind};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, crypto::ring};

use crate::support::{Act, Receiver, order, said, secrets};

const HOST: &str = "hooks.example.org";

/// A resolver that says one thing after the other, and counts.
#[derive(Debug)]
struct Names {
    answers: Mutex<VecDeque<Vec<IpAddr>>>,
    asked: Mutex<Vec<String>>,
}

impl Names {
    fn new(answers: &[&[&str]]) -> Arc<Self> {
        let parse = |one: &&str| one.parse().unwrap();
        let answers = answers.iter().map(|all| all.iter().map(parse).collect());
        Arc::new(Self {
            answers: Mutex::new(answers.collect()),
            asked: Mutex::default(),
        })
    }

    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

#[async_trait]
impl Resolver for Names {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        self.asked.lock().unwrap().push(name.to_owned());
        let answer = self.answers.lock().unwrap().pop_front();
        answer.ok_or_else(|| io::Error::other("no such name"))
    }
}

/// An authority, and a server by it for our host.
fn authority() -> (String, TlsAcceptor) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec![HOST.to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &issuer).unwrap();
    let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)
        .unwrap();
    (issuer.pem(), TlsAcceptor::from(Arc::new(config)))
}

/// An action towards our host, whose name leads to wherever the resolver says. What stands for the
/// public net here is 127.0.0.1, and for what is inside 127.0.0.2.
fn webhook(port: u16, pem: &str, names: &Arc<Names>) -> Webhook {
    let inside = "127.0.0.2".parse().unwrap();
    let egress = Egress::new().with_ports([port]).and_loopback();
    let config = WebhookConfig::new(format!("https://{HOST}:{port}/"), secrets())
        .with_egress(egress.without_own([inside]))
        .with_resolver(Arc::<Names>::clone(names))
        .with_root_certificate(pem);
    Webhook::new(config).unwrap()
}

/// The first answer is public, the second one is not: nothing is ever connected to inside.
#[tokio::test]
async fn c1_a_name_that_changes_leads_nowhere() {
    let (pem, tls) = authority();
    let outside = Receiver::listen("127.0.0.1:0", Some(tls.clone())).await;
    let port = outside.address.port();
    let inside = Receiver::listen(&format!("127.0.0.2:{port}"), Some(tls)).await;
    // The receiver hangs up after each answer, so that each message needs a new connection.
    let names = Names::new(&[&["127.0.0.1"], &["127.0.0.2"], &["127.0.0.1", "127.0.0.2"]]);
    let webhook = webhook(port, &pem, &names);
    outside.next(Act::status(200, "Connection: close\r\n"));
    assert!(webhook.perform(&order("{}")).await.is_ok());
    assert_eq!(
        names.asked(),
        1,
        "one connection asks once: what was checked is what is used"
    );
    for asked in [2, 3] {
        let error = webhook.perform(&order("{}")).await.unwrap_err();
        assert_eq!(error.fate(), Fate::ChannelDown);
        assert_eq!(error.port().kind(), PortErrorKind::Invalid);
        let expected = "channel down: webhook: tell: invalid: the name leads to an address that \
                        is not written to: the address is not a public one: one of our own";
        assert_eq!(said(&error), expected);
        assert_eq!(names.asked(), asked);
    }
    assert_eq!((outside.connections(), inside.connections()), (1, 0));
}

/// Whatever kind of address a name leads to, and wherever among public ones it stands.
#[tokio::test]
async fn c1_a_name_that_leads_inside_is_not_followed() {
    for address in [
        "10.0.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.168.0.1",
        "0.0.0.0",
        "::1",
        "::",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "fd00:ec2::254",
        "fe80::1",
        "224.0.0.1",
        "255.255.255.255",
        "2001:db8::1",
        "198.18.0.1",
    ] {
        for answer in [
            &[address][..],
            &["192.0.2.1", address],
            &[address, "8.8.8.8"],
        ] {
            let names = Names::new(&[answer]);
            let config = WebhookConfig::new(format!("https://{HOST}/"), secrets());
            let config = config.with_resolver(Arc::<Names>::clone(&names));
            let webhook = Webhook::new(config).unwrap();
            let error = webhook.perform(&order("{}")).await.unwrap_err();
            assert_eq!(error.fate(), Fate::ChannelDown, "{answer:?}");
            assert!(
                said(&error).contains("not a public one"),
                "{}",
                said(&error)
            );
            assert_eq!(names.asked(), 1);
        }
    }
}

#[tokio::test]
async fn c1_a_name_that_nobody_knows_was_not_told() {
    let names = Names::new(&[]);
    let config = WebhookConfig::new(format!("https://{HOST}/"), secrets());
    let config = config.with_resolver(Arc::<Names>::clone(&names));
    let error = Webhook::new(config)
        .unwrap()
        .perform(&order("{}"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.fate(), error.port().kind()),
        (Fate::ChannelDown, PortErrorKind::Unavailable)
    );
}

/// The certificate is that of the name, not of the address that was connected to.
#[tokio::test]
async fn c1_the_name_is_proven_by_its_certificate() {
    let (_, tls) = authority();
    let (other, _) = authority();
    let receiver = Receiver::listen("127.0.0.1:0", Some(tls)).await;
    let names = Names::new(&[&["127.0.0.1"]]);
    let webhook = webhook(receiver.address.port(), &other, &names);
    let error = webhook.perform(&order("{}")).await.unwrap_err();
    assert_eq!(error.fate(), Fate::ChannelDown);
    assert!(receiver.requests().is_empty());
}

#[tokio::test]
async fn c1_a_redirection_is_not_followed() {
    let (receiver, elsewhere) = (Receiver::start().await, Receiver::start().await);
    for status in [301, 302, 303, 307, 308] {
        let location = format!("Location: http://{}/\r\n", elsewhere.address);
        receiver.next(Act::status(status, &location));
        let error = receiver.webhook().perform(&order("{}")).await.unwrap_err();
        assert_eq!(error.fate(), Fate::ChannelDown, "{status}");
        let expected = format!(
            "channel down: webhook: tell: invalid: the receiver redirects, and is not followed: \
             status {status}"
        );
        assert_eq!(said(&error), expected);
    }
    assert_eq!((receiver.requests().len(), elsewhere.connections()), (5, 0));
}
