//! `pregon init`: a configuration, a campaign and a little data that run as they are.

use std::fmt::Write as _;
use std::path::Path;

use chrono::{Days, NaiveDate};
use pregon::{Clock as _, SystemClock, Zone};

use super::files::write_whole;
use crate::args::Common;
use crate::output::{Failure, FailureKind, Object, Out, Phrase, Place};

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../data/init/", $name))),)*]
    };
}

const FILES: [(&str, &str); 5] = shipped![
    "pregon.toml",
    "campanas/renovacion/campaign.toml",
    "campanas/renovacion/correo.html",
    "campanas/renovacion/correo.txt",
    "clientes.csv",
];

/// The zone that the shipped configuration names.
const ZONE: &str = "America/Bogota";

/// The pins: whose, what, in which state, and how many days after today they expire.
const PINS: [(&str, &str, &str, u64); 6] = [
    ("C-1", "Biblioteca Digital", "Delivered", 30),
    ("C-2", "Curso de Inglés", "Delivered", 30),
    ("C-2", "Biblioteca Digital", "Returned", 30),
    ("C-3", "Curso de Inglés", "Delivered", 30),
    ("C-4", "Biblioteca Digital", "Delivered", 30),
    ("C-5", "Curso de Inglés", "Delivered", 45),
];

/// Writes a configuration with its campaign and data, where none of its files is there yet.
pub(crate) async fn init(dir: &Path, common: &Common, out: Out) -> Result<u8, Failure> {
    let zone = match common.zone {
        Some(zone) => zone,
        None => ZONE.parse().unwrap_or(Zone::UTC),
    };
    let now = match common.now {
        Some(now) => now,
        None => {
            let now = SystemClock::new().now().await;
            now.map_err(|error| Failure::port(&error))?
        }
    };
    let mut files: Vec<(&str, String)> = FILES
        .iter()
        .map(|(name, text)| (*name, (*text).to_owned()))
        .collect();
    if let Some((_, text)) = files.first_mut() {
        *text = text.replace(ZONE, zone.name());
    }
    files.push(("pines.csv", pins(zone.date(now))));
    let there = files
        .iter()
        .map(|(name, _)| dir.join(name))
        .find(|path| path.exists());
    if let Some(path) = there {
        let message = "the file is there already; nothing was written";
        let hint = "choose another directory: pregon init DIR";
        let failure = Failure::new(FailureKind::Usage, message).hinted(Some(hint));
        return Err(failure.at(Place::file(&path)));
    }
    for (name, text) in &files {
        write_whole(&dir.join(name), text)?;
    }
    tell(dir, &files, out);
    Ok(0)
}

/// Pins whose dates lie so that some of them are due on the day they are written.
fn pins(today: NaiveDate) -> String {
    let mut text = "id,customer_id,item_name,item_group,status,expiry_date\n".to_owned();
    for (n, (customer, item, status, days)) in PINS.iter().enumerate() {
        let expiry = today.checked_add_days(Days::new(*days)).unwrap_or(today);
        let _ = writeln!(
            text,
            "STR-{:04},{customer},{item},Suscripciones Digitales,{status},{expiry}",
            n + 1
        );
    }
    text
}

fn tell(dir: &Path, files: &[(&str, String)], out: Out) {
    let names: Vec<String> = files.iter().map(|(name, _)| (*name).to_owned()).collect();
    out.human(&format!("{} {}:", out.say(Phrase::InitDone), dir.display()));
    for name in &names {
        out.human(&format!("  {name}"));
    }
    let config = dir.join("pregon.toml");
    let campaign = dir.join("campanas").join("renovacion");
    out.human(&format!("{}:", out.say(Phrase::InitNext)));
    out.human(&format!("  pregon check {}", campaign.display()));
    out.human(&format!("  pregon run {} --once", config.display()));
    let document = Object::new().with("dir", dir.display().to_string());
    out.document(document.with("files", names));
}
