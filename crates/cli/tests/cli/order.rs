//! Several providers for one channel, in an order.

use crate::program::{Place, Said, said};

/// A spa that greets guests, by these tables.
fn spa(tables: &str) -> Place {
    let place = Place::new();
    place.write(
        "clientes.csv",
        "id,name,phone\nC-1,Ana,+56958655810\nC-2,Eva,+56958655811\n",
    );
    let visits = "id,customer_id,day\nV-1,C-1,2026-11-19\nV-2,C-2,2026-11-19\n";
    place.write("visitas.csv", visits);
    place.write(
        "campanas/gracias/campaign.toml",
        "id = \"gracias\"\nname = \"Gracias\"\npurpose = \"promotion\"\n\
         [[journey]]\nid = \"gracias\"\n\
         trigger = { after_date = { record = \"visit\", date = \"day\", days = 1 } }\n\
         [[journey.step]]\nid = \"sms\"\nsms = { text = \"Hola {{customer_name}}\" }\n",
    );
    place.write(
        "pregon.toml",
        &format!(
            "zone = \"America/Santiago\"\nconsent = \"opt_out\"\n\
             campaigns = [\"campanas/gracias\"]\n\
             [source.csv]\ncustomers = \"clientes.csv\"\nrecords = {{ visit = \"visitas.csv\" }}\n\
             [source.csv.schema.visit]\nday = \"date\"\n{tables}"
        ),
    );
    place
}

fn run(place: &Place) -> Said {
    let now = "2026-11-20T15:00:00Z";
    let args = ["run", "pregon.toml", "--once", "--json", "--now", now];
    let account = [
        ("REDVOISS_USERNAME", "spa"),
        ("REDVOISS_PASSWORD", "canario"),
    ];
    let mut command = place.command(&args);
    command.envs(account);
    said(command.output().unwrap())
}

/// A port on which nobody listens: bound, learned, and left.
#[cfg(feature = "redvoiss")]
fn deserted() -> std::net::SocketAddr {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap()
}

#[cfg(feature = "redvoiss")]
#[test]
fn the_second_takes_what_surely_did_not_leave_by_the_first() {
    let place = spa(&format!(
        "[channel.sms]\norder = [\"redvoiss\", \"outbox\"]\n\
         [channel.sms.redvoiss]\nurl = \"http://{}\"\n\
         [channel.sms.outbox]\ndir = \"sms\"\n",
        deserted()
    ));
    let ran = run(&place).succeeds();
    assert_eq!(ran.json()["accepted"], 2, "{}", ran.out);
    assert_eq!(place.count("."), 2);
    run(&place).succeeds();
    assert_eq!(place.count("."), 2, "nothing twice");
}

#[test]
fn an_order_names_each_of_its_tables_once() {
    let two = "[channel.sms.redvoiss]\n[channel.sms.outbox]\n";
    let ordered = |order: &str| spa(&format!("[channel.sms]\norder = {order}\n{two}"));
    let wrong = |order: &str, words: &str| {
        let ran = run(&ordered(order)).ends(2);
        ran.complains(words).complains("pregon.toml:10:");
    };
    wrong(
        "[\"redvois\", \"outbox\"]",
        "there is no [channel.sms.redvois]",
    );
    wrong(
        "[\"redvoiss\", \"redvoiss\"]",
        "redvoiss stands there twice",
    );
    wrong("[\"outbox\"]", "redvoiss is not in the order");
    let without = run(&spa(two)).ends(2);
    without.complains("[channel.sms] has more than one");
}
