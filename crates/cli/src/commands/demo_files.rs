//! The files of the demonstration, as they are shipped.

use std::path::Path;

use chrono::{DateTime, Utc};

use super::files::write_whole;
use crate::output::{Failure, FailureKind};

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../data/demo/", $name))),)*]
    };
}

const FILES: [(&str, &str); 15] = shipped![
    "pregon.toml",
    "clientes.csv",
    "pines.csv",
    "reservas.csv",
    "campanas/renovacion/campaign.toml",
    "campanas/renovacion/correo.html",
    "campanas/renovacion/correo.txt",
    "campanas/renovacion/correo.en.html",
    "campanas/renovacion/correo.en.txt",
    "campanas/recordatorio/campaign.toml",
    "campanas/boletin/campaign.yaml",
    "campanas/boletin/boletin.html",
    "campanas/boletin/boletin.txt",
    "campanas/encuesta/campaign.toml",
    "campanas/encuesta/encuesta.txt",
];

const CLOCK: &str = include_str!("../../data/demo/reloj.toml");

/// When the demonstration's time begins and ends.
#[derive(Debug, Clone, Copy, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Span {
    pub(super) start: DateTime<Utc>,
    pub(super) end: DateTime<Utc>,
}

impl Span {
    /// As it is written in the data set.
    pub(super) fn shipped() -> Result<Self, Failure> {
        toml::from_str(CLOCK).map_err(|error| {
            Failure::new(FailureKind::Failed, "the demonstration's clock").because(&error)
        })
    }
}

/// Writes the files that are not there yet; what somebody changed stays changed.
pub(super) fn write(dir: &Path) -> Result<(), Failure> {
    for (name, text) in FILES {
        let path = dir.join(name);
        if !path.exists() {
            write_whole(&path, text)?;
        }
    }
    Ok(())
}
