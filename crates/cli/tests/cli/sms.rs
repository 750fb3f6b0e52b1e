//! Short messages by services: who we are comes from the surroundings, under the names that their
//! users have long written.

use crate::program::{Place, Said, said};
#[cfg(any(feature = "redvoiss", feature = "twilio"))]
use service::Service;

#[cfg(any(feature = "redvoiss", feature = "twilio"))]
mod service {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::{SocketAddr, TcpListener};
    use std::sync::mpsc::{Receiver, channel};

    /// A service that answers everything with this, and what it was asked.
    pub(super) struct Service {
        pub(super) address: SocketAddr,
        pub(super) asked: Receiver<String>,
    }

    impl Service {
        pub(super) fn start(status: u16, body: &'static str) -> Self {
            let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
            let address = listener.local_addr().unwrap();
            let (tell, asked) = channel();
            // It ends with the test, whose end of the channel closes.
            std::thread::spawn(move || {
                for stream in listener.incoming() {
                    let mut stream = BufReader::new(stream.unwrap());
                    let (mut head, mut length) = (String::new(), 0);
                    loop {
                        let mut line = String::new();
                        stream.read_line(&mut line).unwrap();
                        let lower = line.to_lowercase();
                        if let Some(number) = lower.strip_prefix("content-length:") {
                            length = number.trim().parse().unwrap();
                        }
                        if line.trim().is_empty() {
                            break;
                        }
                        head.push_str(&line);
                    }
                    let mut bytes = vec![0; length];
                    stream.read_exact(&mut bytes).unwrap();
                    let answer = format!(
                        "HTTP/1.1 {status} Status\r\nConnection: close\r\n\
                         Content-Length: {}\r\n\r\n{body}",
                        body.len()
                    );
                    stream.get_mut().write_all(answer.as_bytes()).unwrap();
                    let text = format!("{head}\n{}", String::from_utf8(bytes).unwrap());
                    if tell.send(text).is_err() {
                        return;
                    }
                }
            });
            Self { address, asked }
        }
    }
}

/// A spa that greets one guest, by this channel.
fn spa(channel: &str) -> Place {
    let place = Place::new();
    place.write("clientes.csv", "id,name,phone\nC-1,Ana,+56958655810\n");
    let visits = "id,customer_id,day\nV-1,C-1,2026-11-19\nV-2,C-1,2026-11-21\n";
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
             [source.csv.schema.visit]\nday = \"date\"\n{channel}"
        ),
    );
    place
}

/// Runs at an instant in surroundings that say this.
fn run(place: &Place, now: &str, surroundings: &[(&str, &str)]) -> Said {
    let args = ["run", "pregon.toml", "--once", "--json", "--now", now];
    let mut command = place.command(&args);
    command.envs(surroundings.iter().copied());
    said(command.output().unwrap())
}

/// Friday at noon.
const FRIDAY: &str = "2026-11-20T15:00:00Z";

/// Sunday at noon.
#[cfg(any(feature = "redvoiss", feature = "twilio"))]
const SUNDAY: &str = "2026-11-22T15:00:00Z";

#[cfg(feature = "redvoiss")]
const ACCOUNT: [(&str, &str); 2] = [
    ("REDVOISS_USERNAME", "spa"),
    ("REDVOISS_PASSWORD", "canario"),
];

#[cfg(feature = "redvoiss")]
#[test]
fn redvoiss_by_the_names_that_its_user_wrote() {
    let service = Service::start(200, r#"{"batchId":"812","failedIds":"-1"}"#);
    let url = format!("http://{}/services/rest", service.address);
    let place = spa("[channel.sms.redvoiss]\nlabel = \"Aremko\"\n");
    let mut surroundings = vec![("REDVOISS_API_URL", url.as_str())];
    surroundings.extend(ACCOUNT);
    let ran = run(&place, FRIDAY, &surroundings).succeeds();
    assert_eq!(ran.json()["accepted"], 1, "{}", ran.out);
    let asked = service.asked.recv().unwrap();
    assert!(
        asked.starts_with("POST /services/rest/sendWithReply_v2 "),
        "{asked}"
    );
    // Base64 of `spa:canario`.
    assert!(asked.contains("Basic c3BhOmNhbmFyaW8="), "{asked}");
    for part in [
        "Aremko promotion",
        "Hola Ana",
        "56958655810",
        "\"isCommercial\":true",
    ] {
        assert!(asked.contains(part), "{asked}");
    }
    assert!(!ran.out.contains("canario") && !ran.err.contains("canario"));
}

#[cfg(feature = "redvoiss")]
#[test]
fn the_hours_of_redvoiss_join_those_of_the_house() {
    let service = Service::start(200, r#"{"batchId":"812","failedIds":"-1"}"#);
    let url = format!("http://{}", service.address);
    let place = spa(&format!(
        "[channel.sms.redvoiss]\nurl = \"{url}\"\ntransliterate = true\nreplies = false\n"
    ));
    let ran = run(&place, SUNDAY, &ACCOUNT).succeeds();
    assert_eq!(
        (&ran.json()["planned"], &ran.json()["accepted"]),
        (&1.into(), &0.into())
    );
    assert!(service.asked.try_recv().is_err(), "nothing was sent");
    let ran = run(&place, "2026-11-23T11:10:00Z", &ACCOUNT).succeeds();
    assert_eq!(ran.json()["accepted"], 1, "{}", ran.out);
    assert!(service.asked.recv().unwrap().starts_with("POST /send_v2 "));
}

#[cfg(feature = "redvoiss")]
#[test]
fn what_redvoiss_cannot_be_reached_with_is_said() {
    let place = spa("[channel.sms.redvoiss]\n");
    let check = |surroundings: &[(&str, &str)], what: &str| {
        let ran = run(&place, FRIDAY, surroundings).ends(2);
        assert!(ran.err.contains(what), "{}", ran.err);
    };
    check(
        &[("REDVOISS_API_KEY", "clave")],
        "takes a user name and a password",
    );
    check(&[], "REDVOISS_USERNAME is not set");
    check(&ACCOUNT[..1], "REDVOISS_PASSWORD is not set");
    let plain = [
        ACCOUNT[0],
        ACCOUNT[1],
        ("REDVOISS_API_URL", "http://sms.example.org"),
    ];
    check(&plain, "use https");
}

#[test]
fn a_secret_does_not_stand_in_the_file() {
    for (channel, variable) in [
        (
            "[channel.sms.redvoiss]\npassword = \"x\"\n",
            "REDVOISS_PASSWORD",
        ),
        ("[channel.sms.twilio]\ntoken = \"x\"\n", "TWILIO_AUTH_TOKEN"),
        (
            "[channel.sms.twilio]\nauth_token = \"x\"\n",
            "TWILIO_AUTH_TOKEN",
        ),
    ] {
        let ran = run(&spa(channel), FRIDAY, &[]).ends(2);
        assert!(ran.err.contains(variable), "{}", ran.err);
    }
}

#[test]
fn a_channel_is_one() {
    let both = "[channel.sms.outbox]\ndir = \"sms\"\n[channel.sms.redvoiss]\n";
    let ran = run(&spa(both), FRIDAY, &[]).ends(2);
    assert!(ran.err.contains("there can be only one"), "{}", ran.err);
    let neither = run(&spa("[channel.sms]\n"), FRIDAY, &[]).ends(2);
    assert!(neither.err.contains("is empty"), "{}", neither.err);
}

#[cfg(not(feature = "redvoiss"))]
#[test]
fn a_service_that_this_build_lacks() {
    let ran = run(&spa("[channel.sms.redvoiss]\n"), FRIDAY, &[]).ends(2);
    assert!(ran.err.contains("feature `redvoiss`"), "{}", ran.err);
}

#[cfg(feature = "twilio")]
#[test]
fn twilio_with_its_token_from_the_surroundings() {
    let sid = r#"{"sid":"SM0123456789abcdef0123456789abcdef","status":"queued"}"#;
    let service = Service::start(201, sid);
    let account = "AC0123456789abcdef0123456789abcdef";
    let place = spa(&format!(
        "[channel.sms.twilio]\naccount = \"{account}\"\nfrom = \"Aremko\"\nurl = \"http://{}\"\n\
         validity_secs = 600\nstatus_callback = \"https://spa.example/twilio\"\n",
        service.address
    ));
    let ran = run(&place, SUNDAY, &[("TWILIO_AUTH_TOKEN", "canario")]).succeeds();
    assert_eq!(ran.json()["accepted"], 1, "{}", ran.out);
    let asked = service.asked.recv().unwrap();
    let path = format!("POST /2010-04-01/Accounts/{account}/Messages.json ");
    assert!(asked.starts_with(&path), "{asked}");
    for part in [
        "From=Aremko",
        "Body=Hola+Ana",
        "ValidityPeriod=600",
        "pregon_id%3D",
    ] {
        assert!(asked.contains(part), "{asked}");
    }
    let unset = run(&place, SUNDAY, &[]).ends(2);
    assert!(
        unset.err.contains("TWILIO_AUTH_TOKEN is not set"),
        "{}",
        unset.err
    );
    place.change("pregon.toml", "from = \"Aremko\"", "");
    let nobody = run(&place, SUNDAY, &[("TWILIO_AUTH_TOKEN", "canario")]).ends(2);
    assert!(nobody.err.contains("say either from"), "{}", nobody.err);
}
