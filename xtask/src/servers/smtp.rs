//! The SMTP server with scripted replies; what it answers to whom stands in `servers/smtp.py`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;
use crate::process::root;
use crate::servers::python;
use crate::servers::server::Server;

const USER: &str = "prueba";
const PASSWORD: &str = "only-for-tests";

/// The listeners of the script, and the variable under which the tests find each.
const LISTENERS: &[(&str, &str)] = &[
    ("plain", "PREGON_TEST_SMTP_PLAIN"),
    ("starttls", "PREGON_TEST_SMTP_STARTTLS"),
    ("tls", "PREGON_TEST_SMTP_TLS"),
    ("starttls_none", "PREGON_TEST_SMTP_NOTLS"),
    ("badcert", "PREGON_TEST_SMTP_BADCERT"),
    ("badcert_starttls", "PREGON_TEST_SMTP_BADCERT_STARTTLS"),
];

/// Starts the server on free ports.
pub(crate) fn start() -> Result<Server> {
    let scripts = root().join("xtask").join("servers");
    let python = python::interpreter()?;
    let folder = Server::folder("smtp")?;
    let mut command = Command::new(&python);
    // Without byte code, or the source tree would fill with it.
    command.arg("-B").arg(scripts.join("smtp.py")).arg(&folder);
    command
        .env("SMTP_USER", USER)
        .env("SMTP_PASSWORD", PASSWORD);
    let (mut server, ready) = Server::start(&mut command, folder.clone())?;
    server.env = env(&ready, &folder)?;
    // The same Python has dkimpy, which verifies what we sign.
    let verifier = ("PREGON_TEST_DKIM_PYTHON".to_owned(), text(python));
    server.env.push(verifier);
    Ok(server)
}

fn env(ready: &[String], folder: &Path) -> Result<Vec<(String, String)>> {
    let mut env = vec![
        (
            "PREGON_TEST_SMTP_CA".to_owned(),
            text(folder.join("ca.pem")),
        ),
        ("PREGON_TEST_SMTP_DIR".to_owned(), text(folder.join("mail"))),
        ("PREGON_TEST_SMTP_USER".to_owned(), USER.to_owned()),
        ("PREGON_TEST_SMTP_PASSWORD".to_owned(), PASSWORD.to_owned()),
    ];
    for (listener, variable) in LISTENERS {
        let port = ready
            .iter()
            .find_map(|word| word.strip_prefix(listener)?.strip_prefix('='));
        let port = port.ok_or(format!("smtp.py does not listen as {listener}"))?;
        env.push(((*variable).to_owned(), format!("127.0.0.1:{port}")));
    }
    Ok(env)
}

fn text(path: PathBuf) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(listeners: &[&str]) -> Vec<String> {
        listeners
            .iter()
            .enumerate()
            .map(|(at, name)| format!("{name}={}", 1000 + at))
            .collect()
    }

    #[test]
    fn every_listener_gets_its_variable() {
        let names: Vec<&str> = LISTENERS.iter().map(|(listener, _)| *listener).collect();
        let env = env(&words(&names), Path::new("d")).unwrap();
        let port = |name: &str| env.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
        assert_eq!(port("PREGON_TEST_SMTP_PLAIN"), Some("127.0.0.1:1000"));
        assert_eq!(port("PREGON_TEST_SMTP_STARTTLS"), Some("127.0.0.1:1001"));
        assert_eq!(port("PREGON_TEST_SMTP_NOTLS"), Some("127.0.0.1:1003"));
    }

    #[test]
    fn a_missing_listener_is_named() {
        let failure = env(&words(&["plain", "starttls_none"]), Path::new("d")).unwrap_err();
        assert_eq!(failure, "smtp.py does not listen as starttls");
    }
}
