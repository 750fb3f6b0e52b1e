//! The names that the spa's owner wrote into the surroundings work as they are.

use crate::program::{Place, Said, said};

/// A spa that greets a guest thrice on a day: in each of three campaigns.
fn spa(channel: &str, step: &str) -> Place {
    let place = Place::new();
    place.write(
        "clientes.csv",
        "id,name,phone,email\nC-1,Ana,+56958655810,ana@example.org\n",
    );
    place.write("visitas.csv", "id,customer_id,day\nV-1,C-1,2026-11-19\n");
    for name in ["una", "dos", "tres"] {
        place.write(
            &format!("campanas/{name}/campaign.toml"),
            &format!(
                "id = \"{name}\"\nname = \"{name}\"\npurpose = \"promotion\"\n\
                 [[journey]]\nid = \"saludo\"\n\
                 trigger = {{ after_date = {{ record = \"visit\", date = \"day\", days = 1 }} }}\n\
                 [[journey.step]]\nid = \"paso\"\n{step}\n"
            ),
        );
    }
    place.write(
        "pregon.toml",
        &format!(
            "zone = \"America/Santiago\"\nconsent = \"opt_out\"\n\
             campaigns = [\"campanas/una\", \"campanas/dos\", \"campanas/tres\"]\n\
             [source.csv]\ncustomers = \"clientes.csv\"\nrecords = {{ visit = \"visitas.csv\" }}\n\
             [source.csv.schema.visit]\nday = \"date\"\n{channel}"
        ),
    );
    place
}

fn run(place: &Place, now: &str, surroundings: &[(&str, &str)]) -> Said {
    let args = ["run", "pregon.toml", "--once", "--json", "--now", now];
    let mut command = place.command(&args);
    command.envs(surroundings.iter().copied());
    said(command.output().unwrap())
}

const FRIDAY: &str = "2026-11-20T15:00:00Z";

const SMS: &str = "sms = { text = \"Hola\" }";
const MAIL: &str = "email = { subject = \"Hola\", text = \"Hola\" }";

/// How many of three messages leave on one day under a limit.
#[track_caller]
fn check(step: &str, surroundings: &[(&str, &str)], expected: u64) {
    let ran = run(&spa("", step), FRIDAY, surroundings).succeeds();
    assert_eq!(ran.json()["accepted"], expected, "{surroundings:?}");
}

#[test]
fn limits_hold_by_their_names() {
    check(SMS, &[], 3);
    check(SMS, &[("SMS_DAILY_LIMIT", "2")], 2);
    check(SMS, &[("SMS_MONTHLY_LIMIT", "1")], 1);
    check(
        SMS,
        &[("SMS_DAILY_LIMIT", "2"), ("SMS_MONTHLY_LIMIT", "1")],
        1,
    );
    check(SMS, &[("EMAIL_WEEKLY_LIMIT", "1")], 3);
    check(
        MAIL,
        &[("EMAIL_WEEKLY_LIMIT", "1"), ("SMS_DAILY_LIMIT", "1")],
        1,
    );
    check(MAIL, &[("EMAIL_WEEKLY_LIMIT", "")], 3);
}

#[test]
fn who_was_not_written_to_is_told_by_which() {
    let place = spa("", SMS);
    run(&place, FRIDAY, &[("SMS_DAILY_LIMIT", "2")]).succeeds();
    let args = ["explain", "--customer", "C-1", "--json"];
    let explained = place.run(&args).succeeds();
    let dispatches = explained.json()["dispatches"].clone();
    let rules = dispatches.as_array().unwrap().iter();
    let rules: Vec<_> = rules.filter_map(|it| it["rule"].as_str()).collect();
    assert_eq!(rules, ["sms-daily-limit"]);
}

#[test]
fn what_is_no_number_is_refused() {
    for text in ["0", "-1", "dos", "2.5", "99999999999"] {
        let ran = run(&spa("", SMS), FRIDAY, &[("SMS_DAILY_LIMIT", text)]).ends(2);
        ran.complains("SMS_DAILY_LIMIT is not a number of messages");
    }
    let limit = "[[limit]]\nid = \"sms-daily-limit\"\nchannel = \"sms\"\nmost = 3\nper = \"day\"\n";
    let ran = run(&spa(limit, SMS), FRIDAY, &[("SMS_DAILY_LIMIT", "2")]).ends(2);
    ran.complains("SMS_DAILY_LIMIT is set: say one");
}

#[cfg(feature = "smtp")]
mod mail {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::TcpListener;
    use std::sync::mpsc::{Receiver, channel};

    use super::{FRIDAY, MAIL, run, spa};

    /// A server that takes every mail; the commands that it was given.
    fn server() -> (u16, Receiver<String>) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (tell, told) = channel();
        // It ends with the test, whose end of the channel closes.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut talk = BufReader::new(stream.unwrap());
                let say = |talk: &mut BufReader<std::net::TcpStream>, text: &str| {
                    let line = format!("{text}\r\n");
                    talk.get_mut().write_all(line.as_bytes()).is_ok()
                };
                say(&mut talk, "220 prueba");
                let (mut line, mut data) = (String::new(), false);
                while talk.read_line(&mut line).is_ok_and(|read| read > 0) {
                    let said = line.trim_end().to_owned();
                    let ended = data && said == ".";
                    let answer = match said.get(..4).unwrap_or(&said) {
                        _ if data && !ended => None,
                        "EHLO" => Some("250 prueba"),
                        "DATA" => Some("354 siga"),
                        _ => Some("250 2.0.0 bien"),
                    };
                    data = (data && !ended) || said == "DATA";
                    if answer.is_some_and(|text| !say(&mut talk, text)) || tell.send(said).is_err()
                    {
                        break;
                    }
                    line.clear();
                }
            }
        });
        (port, told)
    }

    #[test]
    fn the_mail_server_by_its_names() {
        let (port, told) = server();
        let port = port.to_string();
        let surroundings = [
            ("EMAIL_HOST", "127.0.0.1"),
            ("EMAIL_PORT", port.as_str()),
            ("EMAIL_USE_TLS", "False"),
            ("DEFAULT_FROM_EMAIL", "Spa Aremko <spa@example.org>"),
        ];
        let place = spa("[channel.email.smtp]\n", MAIL);
        let ran = run(&place, FRIDAY, &surroundings).succeeds();
        assert_eq!(ran.json()["accepted"], 3, "{}", ran.out);
        let lines: Vec<String> = told.try_iter().collect();
        let from = lines
            .iter()
            .filter(|line| *line == "MAIL FROM:<spa@example.org>");
        assert_eq!(from.count(), 3, "{lines:?}");
    }

    #[test]
    fn what_is_missing_is_named() {
        let check = |surroundings: &[(&str, &str)], words: &str| {
            let ran = run(&spa("[channel.email.smtp]\n", MAIL), FRIDAY, surroundings).ends(2);
            ran.complains(words);
        };
        let from = ("DEFAULT_FROM_EMAIL", "spa@example.org");
        check(&[("EMAIL_HOST", "127.0.0.1")], "DEFAULT_FROM_EMAIL");
        check(&[from], "EMAIL_HOST");
        let host = ("EMAIL_HOST", "127.0.0.1");
        let says = ("EMAIL_USE_TLS", "quizás");
        check(
            &[from, host, says],
            "EMAIL_USE_TLS is neither True nor False",
        );
        // A user without a password is asked for it, and the password is never shown.
        check(
            &[from, host, ("EMAIL_HOST_USER", "ana@example.org")],
            "password",
        );
    }
}
