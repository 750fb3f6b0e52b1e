//! The links of messages, where a host serves them.

use crate::program::{NOON, Place};

/// The one mail of a campaign whose text has links.
fn linked(links: &str) -> Place {
    let place = Place::new();
    place.write("clientes.csv", "id,name,email\nC-1,Ana,ana@example.org\n");
    place.write("visitas.csv", "id,customer_id,day\nV-1,C-1,2026-11-19\n");
    place.write(
        "campanas/gracias/campaign.toml",
        "id = \"gracias\"\nname = \"Gracias\"\npurpose = \"promotion\"\n\
         [[journey]]\nid = \"gracias\"\n\
         trigger = { after_date = { record = \"visit\", date = \"day\", days = 1 } }\n\
         [[journey.step]]\nid = \"correo\"\n\
         email = { subject = \"Hola\", text = \"No más: {{unsubscribe_url}}\" }\n",
    );
    place.write(
        "pregon.toml",
        &format!(
            "zone = \"America/Santiago\"\nconsent = \"opt_out\"\n\
             campaigns = [\"campanas/gracias\"]\n\
             [source.csv]\ncustomers = \"clientes.csv\"\nrecords = {{ visit = \"visitas.csv\" }}\n\
             [source.csv.schema.visit]\nday = \"date\"\n\
             [channel.email.outbox]\ndir = \"correo\"\n{links}"
        ),
    );
    place
}

#[test]
fn texts_and_headers_lead_to_the_same_door() {
    let place = linked("[links]\nurl = \"https://m.example.org/spa\"\n");
    let ran = place.run(&["run", "pregon.toml", "--once", "--json", "--now", NOON]);
    assert_eq!(ran.succeeds().json()["accepted"], 1);
    let mails = place.messages("correo");
    let mail = mails.values().next().unwrap().replace("\r\n", "\n");
    let mail = mail.replace("=\n", "").replace("\n ", "");
    let doors: Vec<&str> = mail
        .match_indices("https://m.example.org/spa/u/v1.")
        .map(|(at, _)| {
            let rest = &mail[at..];
            let end = rest
                .find(|c: char| c.is_whitespace() || c == '>')
                .unwrap_or(rest.len());
            &rest[..end]
        })
        .collect();
    assert_eq!(doors.len(), 2, "{mail}");
    assert_eq!(doors[0], doors[1]);
    assert!(mail.contains("List-Unsubscribe=One-Click"), "{mail}");
}

#[test]
fn without_a_door_there_is_no_link() {
    let ran = linked("").run(&["run", "pregon.toml", "--once", "--now", NOON]);
    ran.ends(2).complains("unsubscribe_url");
    let plain = linked("[links]\nurl = \"http://m.example.org\"\n");
    let ran = plain.run(&["run", "pregon.toml", "--once", "--now", NOON]);
    ran.ends(2).complains("https");
}
