//! Programme A by the program: the shipped campaign, read from a site that answers as a recorded
//! one did.
#![cfg(feature = "erpnext")]

#[expect(dead_code, reason = "the adapter's own tests use all of the server")]
#[path = "../../../adapters-erp/tests/support/erpnext/mod.rs"]
mod server;

use std::process::Command;

use server::{Fault, Server, Site, recorded_site};

use crate::program::{Place, Said};

/// The program with a site and the shipped campaign.
struct Shop {
    place: Place,
    server: Server,
    /// The server answers while the program runs.
    runtime: tokio::runtime::Runtime,
}

impl Shop {
    fn open(site: Site) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let server = runtime.block_on(Server::start(site));
        let place = Place::new();
        let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/../../campaigns/renovacion");
        for file in std::fs::read_dir(shipped).unwrap() {
            let file = file.unwrap();
            let text = std::fs::read_to_string(file.path()).unwrap();
            let name = file.file_name().into_string().unwrap();
            place.write(&format!("campaigns/renovacion/{name}"), &text);
        }
        let config = format!(
            "store = \"sqlite:pregon.db\"\nconsent = \"opt_out\"\n\
             campaigns = [\"campaigns/renovacion\"]\n\
             [source.erpnext]\nurl = \"{}\"\n\
             [channel.email.outbox]\ndir = \"salida/correo\"\n\
             from = \"Renovaciones <avisos@example.org>\"\n",
            server.url()
        );
        place.write("pregon.toml", &config);
        Self {
            place,
            server,
            runtime,
        }
    }

    fn run(&self, now: &str, secret: &str) -> Said {
        let mut command: Command =
            self.place
                .command(&["run", "pregon.toml", "--once", "--json", "--now", now]);
        command
            .env("PREGON_ERPNEXT_KEY", "key")
            .env("PREGON_ERPNEXT_SECRET", secret);
        let _server_runs = self.runtime.enter();
        crate::program::said(command.output().unwrap())
    }
}

fn number(said: &Said, name: &str) -> u64 {
    let document: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    document[name].as_u64().unwrap()
}

#[test]
fn the_pins_of_the_window_are_written_to_once() {
    let shop = Shop::open(recorded_site());
    let first = shop.run("2026-11-20T15:00:00Z", "secret").succeeds();
    assert_eq!(
        (number(&first, "accepted"), number(&first, "unreachable")),
        (7, 3)
    );
    assert_eq!(shop.place.count("salida"), 7);
    let again = shop.run("2026-11-20T15:00:00Z", "secret").succeeds();
    assert_eq!(
        (number(&again, "planned"), number(&again, "accepted")),
        (0, 0)
    );
    let caught = shop.run("2026-11-22T15:00:00Z", "secret").succeeds();
    assert!(
        number(&caught, "accepted") > 9,
        "two nights were missed: {}",
        caught.out
    );
}

#[test]
fn a_thousand_pins_in_one_run_cost_two_calls_and_those_of_the_start() {
    let mut site = recorded_site();
    for row in site.table("Serial No") {
        row.insert("warranty_expiry_date".to_owned(), "2026-12-20".into());
    }
    site.multiply(1000);
    let shop = Shop::open(site);
    let said = shop.run("2026-11-20T15:00:00Z", "secret").succeeds();
    assert_eq!(
        number(&said, "planned") + number(&said, "unreachable"),
        1000
    );
    assert_eq!(number(&said, "accepted"), number(&said, "planned"));
    let lists = ["Serial No", "Contact"];
    let calls = shop.server.calls();
    let posted = calls
        .iter()
        .filter(|c| c.method == "POST" && lists.contains(&c.of.as_str()));
    assert!(
        posted.count() <= 2,
        "what was planned in the run is not read again: {calls:?}"
    );
}

#[test]
fn a_wrong_key_is_told_and_nothing_is_done() {
    let shop = Shop::open(recorded_site());
    let said = shop.run("2026-11-20T15:00:00Z", "wrong");
    assert_ne!(said.code, Some(0));
    assert!(
        said.err.contains("401") || said.err.contains("key"),
        "{}",
        said.err
    );
    assert!(
        !said.err.contains("wrong"),
        "a secret is never said: {}",
        said.err
    );
    assert_eq!(shop.place.count("salida"), 0);
}

#[test]
fn a_site_that_is_a_web_page_or_away_is_told() {
    let shop = Shop::open(recorded_site());
    let page = || Fault::Says {
        status: 200,
        kind: "text/html",
        body: "<html>hola".to_owned(),
    };
    shop.server.next(page());
    let said = shop.run("2026-11-20T15:00:00Z", "secret");
    assert_ne!(said.code, Some(0));
    assert!(said.err.contains("a web page answered"), "{}", said.err);
    let address = shop.server.url();
    let Shop {
        place,
        server,
        runtime,
    } = shop;
    drop(server);
    drop(runtime);
    let mut command = place.command(&["run", "pregon.toml", "--once"]);
    command
        .env("PREGON_ERPNEXT_KEY", "key")
        .env("PREGON_ERPNEXT_SECRET", "secret");
    let said = crate::program::said(command.output().unwrap());
    assert_eq!(said.code, Some(3), "{address} is away: {}", said.err);
}
