//! The signature of a domain on mails by SMTP: the feature `dkim`.

use serde::Deserialize;

/// The key that signs; it stands in a file of its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(
    not(feature = "dkim"),
    expect(dead_code, reason = "this build only reads it")
)]
pub(crate) struct DkimTable {
    pub(crate) domain: String,
    pub(crate) selector: String,
    /// A private key in PEM.
    pub(crate) key_file: String,
}

#[cfg(feature = "smtp")]
const PATH: &str = "channel.email.smtp.dkim";

#[cfg(all(feature = "smtp", not(feature = "dkim")))]
pub(super) fn sign(
    config: &super::Config,
    _: &DkimTable,
    _: pregon::email::SmtpConfig,
) -> Result<pregon::email::SmtpConfig, crate::output::Failure> {
    let message = "this build cannot sign mails: it lacks the feature `dkim`";
    let hint = "build it with --features dkim (or full), or let the mail server sign";
    Err(config.wrong(PATH, message).hinted(Some(hint)))
}

/// The configuration with the domain's signature.
#[cfg(feature = "dkim")]
pub(super) fn sign(
    config: &super::Config,
    table: &DkimTable,
    smtp: pregon::email::SmtpConfig,
) -> Result<pregon::email::SmtpConfig, crate::output::Failure> {
    use pregon::email::{Dkim, DkimError};

    let pem = crate::document::read_text(&config.path(&table.key_file))?;
    let dkim = Dkim::new(&table.domain, &table.selector, &pem).map_err(|error| {
        let key = if error == DkimError::Name {
            "domain"
        } else {
            "key_file"
        };
        config.wrong(&format!("{PATH}.{key}"), error.to_string())
    })?;
    Ok(smtp.with_dkim(dkim))
}
