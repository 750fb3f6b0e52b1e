//! From nothing to a connection that is encrypted, greeted and logged in.
//!
//! TLS is done here and not by lettre. Its STARTTLS keeps what the server sent before encryption
//! and reads it afterwards as if it had been encrypted, so that somebody in between could answer
//! in the server's place; and its connections leave Nagle's algorithm on, which costs 40 ms a mail.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use lettre::transport::smtp;
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Ehlo, Starttls};
use lettre::transport::smtp::extension::{Extension, ServerInfo};
use lettre::transport::smtp::response::Response;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::config::{Security, Settings};
use super::error::{Error, NoReply};
use super::reply::{Phase, Reply};
use super::wire::Wire;

/// Opens a connection over which a mail can be sent at once.
pub(super) async fn dial(settings: &Settings) -> Result<AsyncSmtpConnection, Error> {
    let mut tcp = connect(settings).await?;
    let wire = match settings.security {
        Security::Loopback | Security::Plain => Wire::Plain(tcp),
        Security::Implicit => Wire::Tls(Box::new(encrypt(settings, tcp).await?)),
        Security::StartTls => {
            ask_for_tls(settings, &mut tcp).await?;
            Wire::upgraded(encrypt(settings, tcp).await?)
        }
    };
    let hello = AsyncSmtpConnection::connect_with_transport(Box::new(wire), &settings.hello);
    let limit = settings.timeouts.greeting;
    let mut connection = within(limit, Phase::Hello, hello).await?;
    log_in(settings, &mut connection).await?;
    Ok(connection)
}

/// The work's result, or what its failure within the time means at the phase.
pub(super) async fn within<T>(
    limit: Duration,
    phase: Phase,
    work: impl Future<Output = Result<T, smtp::Error>>,
) -> Result<T, Error> {
    match timeout(limit, work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(Error::of(phase, &error)),
        Err(_) => Err(Error::no_reply(phase, NoReply::TimedOut)),
    }
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

/// Greeting, EHLO and STARTTLS in the clear. Not a byte that came before the encryption is left.
async fn ask_for_tls(settings: &Settings, tcp: &mut TcpStream) -> Result<(), Error> {
    let mut server = BufReader::new(tcp);
    let (greeting, command) = (settings.timeouts.greeting, settings.timeouts.command);
    expect(greeting, Phase::Hello, read_reply(&mut server)).await?;
    let ehlo = Ehlo::new(settings.hello.clone()).to_string();
    let offered = expect(command, Phase::Hello, ask(&mut server, &ehlo)).await?;
    let offers = ServerInfo::from_response(&offered)
        .is_ok_and(|server| server.supports_feature(Extension::StartTls));
    if !offers {
        return Err(Error::NoStartTls);
    }
    let starttls = Starttls.to_string();
    expect(command, Phase::StartTls, ask(&mut server, &starttls)).await?;
    if server.buffer().is_empty() {
        Ok(())
    } else {
        Err(Error::Injected)
    }
}

async fn ask(server: &mut BufReader<&mut TcpStream>, command: &str) -> Result<Response, NoReply> {
    let written = server.get_mut().write_all(command.as_bytes()).await;
    written.map_err(|_| NoReply::Cut)?;
    read_reply(server).await
}

/// A reply of 2xx within the time.
async fn expect(
    limit: Duration,
    phase: Phase,
    reply: impl Future<Output = Result<Response, NoReply>>,
) -> Result<Response, Error> {
    let reply = timeout(limit, reply)
        .await
        .unwrap_or(Err(NoReply::TimedOut));
    let response = reply.map_err(|why| Error::no_reply(phase, why))?;
    let reply = Reply::of_response(&response);
    if reply.is_done() {
        Ok(response)
    } else {
        Err(Error::Refused { phase, reply })
    }
}

/// Reads one reply of one or more lines, and not a byte more than its last line feed.
async fn read_reply(server: &mut BufReader<&mut TcpStream>) -> Result<Response, NoReply> {
    const MOST_BYTES: u64 = 64 * 1024;
    let mut limited = server.take(MOST_BYTES);
    let mut text = String::new();
    loop {
        let before = text.len();
        match limited.read_line(&mut text).await {
            Ok(_) if limited.limit() == 0 => return Err(NoReply::Garbage),
            Ok(_) if text.ends_with('\n') => {}
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(NoReply::Garbage);
            }
            Ok(_) | Err(_) => return Err(NoReply::Cut),
        }
        // `250-` goes on, `250 ` is the last line.
        if text.as_bytes().get(before + 3) != Some(&b'-') {
            return text.parse().map_err(|_| NoReply::Garbage);
        }
    }
}

async fn log_in(settings: &Settings, connection: &mut AsyncSmtpConnection) -> Result<(), Error> {
    let Some(credentials) = &settings.credentials else {
        return Ok(());
    };
    let offered = connection.server_info();
    if offered.get_auth_mechanism(DEFAULT_MECHANISMS).is_none() {
        return Err(Error::NoMechanism);
    }
    let auth = connection.auth(DEFAULT_MECHANISMS, credentials);
    let response = within(settings.timeouts.command, Phase::Auth, auth).await?;
    let reply = Reply::of_response(&response);
    if reply.is_done() {
        Ok(())
    } else {
        let phase = Phase::Auth;
        Err(Error::Refused { phase, reply })
    }
}
