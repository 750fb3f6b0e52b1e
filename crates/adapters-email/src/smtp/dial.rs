//! From nothing to a connection that is encrypted, greeted and logged in.

use std::io;
use std::sync::Arc;

use data_encoding::BASE64;
use lettre::transport::smtp::commands::Ehlo;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::config::{Credentials, Security, Settings};
use super::error::Error;
use super::offers::Offers;
use super::reply::{Heard, Phase};
use super::talk::Talk;
use super::wire::Wire;

/// Opens a connection over which a mail can be sent at once, and says what its server offers.
pub(super) async fn dial(settings: &Settings) -> Result<(Talk, Offers), Error> {
    let tcp = connect(settings).await?;
    let (talk, offers) = match settings.security {
        Security::Loopback | Security::Plain => {
            let mut talk = Talk::new(Wire::Plain(tcp));
            greeted(settings, &mut talk).await?;
            let offers = hello(settings, &mut talk).await?;
            (talk, offers)
        }
        Security::Implicit => {
            let tls = encrypt(settings, tcp).await?;
            let mut talk = Talk::new(Wire::Tls(Box::new(tls)));
            greeted(settings, &mut talk).await?;
            let offers = hello(settings, &mut talk).await?;
            (talk, offers)
        }
        Security::StartTls => {
            let mut clear = Talk::new(Wire::Plain(tcp));
            ask_for_tls(settings, &mut clear).await?;
            let Wire::Plain(tcp) = clear.into_wire() else {
                unreachable!("it was begun in the clear");
            };
            let tls = encrypt(settings, tcp).await?;
            let mut talk = Talk::new(Wire::Tls(Box::new(tls)));
            // A server that has changed to TLS does not greet again, and is asked again what it
            // offers: what it said in the clear may have been another's.
            let offers = hello(settings, &mut talk).await?;
            (talk, offers)
        }
    };
    log_in(settings, talk, offers).await
}

async fn connect(settings: &Settings) -> Result<TcpStream, Error> {
    let limit = settings.timeouts.connect;
    let addresses = tokio::net::lookup_host((settings.host.as_str(), settings.port));
    let late = || Error::Unreachable(io::ErrorKind::TimedOut.into());
    let addresses = timeout(limit, addresses).await.map_err(|_| late())?;
    let mut failed = Error::Unreachable(io::Error::other("the name has no address"));
    for address in addresses.map_err(Error::Unreachable)? {
        // The name `localhost` can be told to mean another machine.
        if settings.security == Security::Loopback && !address.ip().is_loopback() {
            failed = Error::NotLoopback;
            continue;
        }
        match timeout(limit, TcpStream::connect(address)).await {
            Ok(Ok(tcp)) => {
                // Nagle's algorithm would cost 40 ms a mail.
                tcp.set_nodelay(true).map_err(Error::Unreachable)?;
                return Ok(tcp);
            }
            Ok(Err(error)) => failed = Error::Unreachable(error),
            Err(_) => failed = late(),
        }
    }
    Err(failed)
}

async fn encrypt(settings: &Settings, tcp: TcpStream) -> Result<TlsStream<TcpStream>, Error> {
    let connector = TlsConnector::from(Arc::clone(&settings.tls));
    let handshake = connector.connect(settings.server_name.clone(), tcp);
    match timeout(settings.timeouts.connect, handshake).await {
        Ok(done) => done.map_err(Error::tls),
        Err(_) => Err(Error::Handshake(io::ErrorKind::TimedOut.into())),
    }
}

async fn greeted(settings: &Settings, talk: &mut Talk) -> Result<(), Error> {
    let limit = settings.timeouts.greeting;
    let heard = talk.hear(Phase::Hello, limit).await?;
    heard.wanted(Phase::Hello, 2).map(drop)
}

async fn hello(settings: &Settings, talk: &mut Talk) -> Result<Offers, Error> {
    let ehlo = Ehlo::new(settings.hello.clone()).to_string();
    let limit = settings.timeouts.greeting;
    let heard = talk.ask(Phase::Hello, limit, ehlo.as_bytes()).await?;
    let heard = heard.wanted(Phase::Hello, 2)?;
    Ok(Offers::of(&heard))
}

/// Greeting, EHLO and STARTTLS in the clear. Not a byte may have come before the encryption.
async fn ask_for_tls(settings: &Settings, talk: &mut Talk) -> Result<(), Error> {
    greeted(settings, talk).await?;
    if !hello(settings, talk).await?.starttls {
        return Err(Error::NoStartTls);
    }
    let limit = settings.timeouts.command;
    let heard = talk.ask(Phase::StartTls, limit, b"STARTTLS\r\n").await?;
    heard.wanted(Phase::StartTls, 2)?;
    if talk.is_in_turn() {
        Ok(())
    } else {
        Err(Error::Injected)
    }
}

async fn log_in(
    settings: &Settings,
    mut talk: Talk,
    offers: Offers,
) -> Result<(Talk, Offers), Error> {
    let Some(Credentials { user, password }) = &settings.credentials else {
        return Ok((talk, offers));
    };
    let encoded = |text: &str| BASE64.encode(text.as_bytes());
    let password = password.text();
    let (mut line, answers) = if offers.plain {
        let both = encoded(&format!("\0{user}\0{password}"));
        (format!("AUTH PLAIN {both}"), vec![both])
    } else if offers.login {
        let each = vec![encoded(user), encoded(password)];
        ("AUTH LOGIN".to_owned(), each)
    } else {
        return Err(Error::NoMechanism);
    };
    let mut answers = answers.into_iter();
    loop {
        line.push_str("\r\n");
        let limit = settings.timeouts.command;
        let heard: Heard = talk.ask(Phase::Auth, limit, line.as_bytes()).await?;
        line = match answers.next() {
            Some(answer) if heard.asks_on() => answer,
            _ => return heard.wanted(Phase::Auth, 2).map(|_| (talk, offers)),
        };
    }
}
