//! Mails by SendGrid and Mailgun: the same story, and one line of the configuration between them.

use crate::program::Place;

#[cfg(all(feature = "sendgrid", feature = "mailgun"))]
mod with {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};
    use std::sync::{Arc, Mutex};

    use crate::program::{NOON, Place, Said, said};

    const KEY: &str = "key-canary";

    /// A provider that takes everything sent to it in either form.
    struct Provider {
        url: String,
        /// The paths that were asked, and the bodies.
        taken: Arc<Mutex<Vec<(String, String)>>>,
    }

    impl Provider {
        fn start() -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let url = format!("http://{}", listener.local_addr().unwrap());
            let taken = Arc::<Mutex<Vec<_>>>::default();
            let shared = Arc::clone(&taken);
            std::thread::spawn(move || {
                for stream in listener.incoming() {
                    let taken = Arc::clone(&shared);
                    std::thread::spawn(move || serve(stream.unwrap(), &taken));
                }
            });
            Self { url, taken }
        }

        fn taken(&self) -> Vec<(String, String)> {
            self.taken.lock().unwrap().clone()
        }
    }

    /// Answers each request as its provider would; `None` says that the other side hung up.
    fn serve(stream: TcpStream, taken: &Mutex<Vec<(String, String)>>) -> Option<()> {
        let mut talk = BufReader::new(stream);
        loop {
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                talk.read_line(&mut line).ok().filter(|read| *read > 0)?;
                let lower = line.to_ascii_lowercase();
                if let Some(text) = lower.strip_prefix("content-length:") {
                    length = text.trim().parse().ok()?;
                }
                if line.trim().is_empty() {
                    break;
                }
                head.push_str(&line);
            }
            let mut body = vec![0; length];
            talk.read_exact(&mut body).ok()?;
            let path = head.split(' ').nth(1)?.to_owned();
            let name = taken.lock().unwrap().len();
            let basic = "Basic YXBpOmtleS1jYW5hcnk=";
            let (known, status, headers, said) = if path == "/v3/mail/send" {
                let header = format!("x-message-id: m{name}\r\n");
                (
                    head.contains(&format!("Bearer {KEY}")),
                    "202 Accepted",
                    header,
                    String::new(),
                )
            } else {
                let said = format!("{{\"id\":\"<m{name}@example.org>\",\"message\":\"Queued.\"}}");
                (head.contains(basic), "200 OK", String::new(), said)
            };
            let status = if known { status } else { "401 Unauthorized" };
            if known {
                taken
                    .lock()
                    .unwrap()
                    .push((path, String::from_utf8(body).ok()?));
            }
            let length = said.len();
            let answer =
                format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\n\r\n{said}");
            talk.get_mut().write_all(answer.as_bytes()).ok()?;
        }
    }

    /// The files of `init`, and mails by a provider.
    fn place(provider: &Provider, table: &str) -> Place {
        let place = Place::begun();
        let with = format!("[channel.email.{table}]\nurl = \"{}\"\n# dir", provider.url);
        place.change("pregon.toml", "[channel.email.outbox]\ndir", &with);
        place
    }

    fn run(place: &Place, args: &[&str]) -> Said {
        let mut command = place.command(args);
        command
            .env("PREGON_SENDGRID_KEY", KEY)
            .env("PREGON_MAILGUN_KEY", KEY);
        said(command.output().unwrap())
    }

    fn text(place: &Place) -> String {
        std::fs::read_to_string(place.path("pregon.toml")).unwrap()
    }

    /// The story of `init`: two people are due, each is written to once, and then nobody is.
    fn story(table: &str) -> (String, Vec<(String, String)>) {
        let provider = Provider::start();
        let place = place(&provider, table);
        let run = |now: &str| run(&place, &["run", "--now", now, "--json"]).succeeds();
        assert_eq!(run(NOON).json()["accepted"], 2, "{table}");
        assert_eq!(run("2026-11-20T23:00:00Z").json()["accepted"], 0, "{table}");
        (text(&place).replace(&provider.url, "URL"), provider.taken())
    }

    #[test]
    fn one_line_swaps_the_provider_and_the_story_stays() {
        let (sendgrid, by_sendgrid) = story("sendgrid");
        let (mailgun, by_mailgun) = story("mailgun");
        let pairs = sendgrid.lines().zip(mailgun.lines());
        let differing: Vec<_> = pairs.filter(|(one, other)| one != other).collect();
        assert_eq!(
            differing,
            [("[channel.email.sendgrid]", "[channel.email.mailgun]")]
        );
        assert_eq!(sendgrid.lines().count(), mailgun.lines().count());
        assert_eq!((by_sendgrid.len(), by_mailgun.len()), (2, 2));
        assert!(by_sendgrid.iter().all(|(path, _)| path == "/v3/mail/send"));
        assert!(
            by_mailgun
                .iter()
                .all(|(path, _)| path == "/v3/example.org/messages")
        );
        // The same people, under the same names of ours.
        let name = |body: &str| {
            let (_, rest) = body.split_once("pregon_id").unwrap();
            let rest = rest.trim_start_matches(['"', ':', '=']);
            rest.split(['"', '&']).next().unwrap().to_owned()
        };
        let names = |taken: &[(String, String)]| {
            let mut names: Vec<String> = taken.iter().map(|(_, body)| name(body)).collect();
            names.sort();
            names
        };
        assert_eq!(names(&by_sendgrid), names(&by_mailgun));
    }

    #[test]
    fn keys_come_from_the_surroundings_and_are_never_shown() {
        let provider = Provider::start();
        for (table, name) in [
            ("sendgrid", "PREGON_SENDGRID_KEY"),
            ("mailgun", "PREGON_MAILGUN_KEY"),
        ] {
            let place = place(&provider, table);
            let missing = place.run(&["run", "--now", NOON]).ends(2).complains(name);
            missing.complains("is not set");
            let mut wrong = place.command(&["run", "--now", NOON, "--json"]);
            wrong.env(name, "other-canary");
            let said = said(wrong.output().unwrap())
                .ends(3)
                .complains("not authorized");
            for shown in [&said.out, &said.err] {
                assert!(!shown.contains("canary"), "{shown}");
            }
            assert_eq!(said.json()["accepted"], 0, "nothing is lost");
            assert_eq!(
                run(&place, &["run", "--now", "2026-11-20T20:00:00Z", "--json"])
                    .succeeds()
                    .json()["accepted"],
                2
            );
        }
    }

    #[test]
    fn mistakes_are_named_at_their_places() {
        let provider = Provider::start();
        for (table, line, words) in [
            (
                "sendgrid",
                "domain = \"mg.example.org\"",
                "SendGrid takes the domain",
            ),
            ("mailgun", "domain = \"mg\"", "the domain to send from"),
            ("mailgun", "authorities = \"no.pem\"", "no.pem"),
            ("sendgrid", "region = \"mars\"", "mars"),
            ("sendgrid", "domian = \"x\"", "did you mean domain?"),
        ] {
            let place = place(&provider, table);
            place.change("pregon.toml", "# dir", &format!("{line}\n# dir"));
            run(&place, &["run", "--now", NOON])
                .ends(2)
                .complains(words);
        }
        let place = place(&provider, "sendgrid");
        place.change("pregon.toml", &provider.url, "http://api.sendgrid.com");
        run(&place, &["run", "--now", NOON])
            .ends(2)
            .complains("http://");
        assert!(provider.taken().is_empty());
    }
}

#[test]
fn a_key_in_the_file_is_sent_to_its_own_variable() {
    for (table, name) in [
        ("sendgrid", "PREGON_SENDGRID_KEY"),
        ("mailgun", "PREGON_MAILGUN_KEY"),
    ] {
        for key in ["key", "api_key"] {
            let place = Place::begun();
            let with = format!("[channel.email.{table}]\n{key} = \"SG.canary\"\n# dir");
            place.change("pregon.toml", "[channel.email.outbox]\ndir", &with);
            let said = place.run(&["run", "--once"]).ends(2).complains(name);
            assert!(!said.err.contains("canary"), "{}", said.err);
        }
    }
}

#[cfg(not(any(feature = "sendgrid", feature = "mailgun")))]
#[test]
fn providers_that_this_build_lacks() {
    for table in ["sendgrid", "mailgun"] {
        let place = Place::begun();
        let with = format!("[channel.email.{table}]\n# dir");
        place.change("pregon.toml", "[channel.email.outbox]\ndir", &with);
        let feature = format!("feature `{table}`");
        place.run(&["run", "--once"]).ends(2).complains(&feature);
    }
}
