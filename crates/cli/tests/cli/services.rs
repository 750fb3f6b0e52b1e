//! A host's own services: people are read from one, and another one is told about them.

use crate::program::{Place, Said, said};

const NOON: &str = "2026-11-20T15:00:00Z";
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A department whose clients and contracts are in a service, and whose advisers are told by one.
fn department(service: &str, webhook: &str) -> Place {
    let place = Place::new();
    place.write(
        "campanas/llamar/campaign.toml",
        "id = \"llamar\"\nname = \"Llamar\"\npurpose = \"renewal\"\n\
         [[journey]]\nid = \"aviso\"\n\
         trigger = { before_date = { record = \"contract\", date = \"ends_on\", days = 30 } }\n\
         audience = 'income between 900 and 2500 and province = \"Azuay\"'\n\
         [[journey.step]]\nid = \"asesor\"\n\
         webhook = { body = '{\"name\": \"{{customer_name}}\", \"ends_on\": \"{{ends_on}}\"}' }\n",
    );
    let attribute = "province = { at = \"/direccion/provincia\", type = \"text\" }";
    place.write(
        "pregon.toml",
        &format!(
            "zone = \"America/Guayaquil\"\nconsent = \"opt_out\"\n\
             campaigns = [\"campanas/llamar\"]\n\
             [source.http]\nurl = \"{service}\"\npage_size = 2\n\
             [source.http.customers]\npath = \"clientes\"\nitems = \"/data\"\n\
             query = {{ estado = \"activo\" }}\n\
             paging = {{ after_id = {{ after = \"after\", size = \"size\" }} }}\n\
             find = {{ path = \"clientes/{{id}}\" }}\n\
             fields = {{ name = \"/nombre\" }}\n\
             [source.http.customers.attributes]\n{attribute}\n\
             income = {{ at = \"/ingresos\", type = \"decimal\" }}\n\
             gender = {{ at = \"/genero\", type = [\"M\", \"F\"] }}\n\
             [source.http.records.contract]\npath = \"contratos\"\nitems = \"/data\"\n\
             paging = {{ page = {{ page = \"page\", size = \"size\" }} }}\n\
             fields = {{ id = \"/numero\", customer = \"/cliente\" }}\n\
             attributes = {{ ends_on = {{ at = \"/vence\", type = \"date\" }} }}\n\
             due = {{ attribute = \"ends_on\", from = \"desde\", to = \"hasta\" }}\n\
             [channel.webhook]\nurl = \"{webhook}\"\nremembers = \"7d\"\nloopback = true\n"
        ),
    );
    place
}

fn run(place: &Place, surroundings: &[(&str, &str)]) -> Said {
    let args = ["run", "pregon.toml", "--once", "--json", "--now", NOON];
    let mut command = place.command(&args);
    command.envs(surroundings.iter().copied());
    said(command.output().unwrap())
}

#[cfg(all(feature = "http-source", feature = "webhook"))]
mod with {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::TcpListener;
    use std::sync::mpsc::{Receiver, channel};

    use pregon::webhook::{Headers, SigningSecret, Verifier};
    use serde_json::{Value, json};

    use super::{SECRET, department, run};

    /// A service that answers what `answer` says to a request line; and what it was asked.
    fn serve(answer: fn(&str) -> (u16, Value)) -> (String, Receiver<(String, String)>) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let (tell, asked) = channel();
        // It ends with the test, whose end of the channel closes.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = BufReader::new(stream.unwrap());
                let (mut head, mut length) = (String::new(), 0);
                loop {
                    let mut line = String::new();
                    if stream.read_line(&mut line).unwrap() == 0 || line.trim().is_empty() {
                        break;
                    }
                    let lower = line.to_lowercase();
                    if let Some(number) = lower.strip_prefix("content-length:") {
                        length = number.trim().parse().unwrap();
                    }
                    head.push_str(&line);
                }
                let mut bytes = vec![0; length];
                stream.read_exact(&mut bytes).unwrap();
                let (status, body) = answer(head.lines().next().unwrap_or_default());
                let body = body.to_string();
                let answer = format!(
                    "HTTP/1.1 {status} Status\r\nConnection: close\r\n\
                     Content-Length: {}\r\n\r\n{body}",
                    body.len()
                );
                let _ = stream.get_mut().write_all(answer.as_bytes());
                if tell
                    .send((head, String::from_utf8(bytes).unwrap()))
                    .is_err()
                {
                    return;
                }
            }
        });
        (url, asked)
    }

    fn client(id: u32, province: &str) -> Value {
        let place = json!({ "provincia": province });
        let name = "Ana \"la\" Ñusta";
        json!({ "id": id, "nombre": name, "ingresos": 1200.5, "direccion": place, "genero": "F" })
    }

    fn clients(line: &str) -> (u16, Value) {
        let target = line.split(' ').nth(1).unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let contract =
            |n: u32, client: u32| json!({ "numero": n, "cliente": client, "vence": "2026-12-20" });
        let body = match path {
            "/clientes" if query.contains("after=") => json!({ "data": [] }),
            "/clientes" => json!({ "data": [client(1, "Azuay"), client(2, "Loja")] }),
            "/clientes/1" => client(1, "Azuay"),
            "/clientes/2" => client(2, "Loja"),
            "/contratos/71" => contract(71, 1),
            "/contratos/72" => contract(72, 2),
            "/contratos" if query.contains("page=1") => json!({ "data": [
                contract(71, 1),
                contract(72, 2),
            ] }),
            "/contratos" => json!({ "data": [] }),
            _ => return (404, json!({})),
        };
        (200, body)
    }

    #[test]
    fn who_is_in_the_service_and_meant_is_told_about_once() {
        let (service, asked) = serve(clients);
        let (webhook, told) = serve(|_| (200, json!({})));
        let place = department(&service, &webhook);
        let surroundings = [
            ("PREGON_HTTP_TOKEN", "canario"),
            ("PREGON_WEBHOOK_SECRET", SECRET),
        ];
        let ran = run(&place, &surroundings).succeeds();
        assert_eq!(ran.json()["accepted"], 1, "{}{}", ran.out, ran.err);
        let (head, body) = told.try_recv().unwrap();
        assert!(told.try_recv().is_err(), "one message");
        let header = |name: &str| {
            let line = head
                .lines()
                .find_map(|line| line.strip_prefix(&format!("{name}: ")));
            line.unwrap().to_owned()
        };
        let names = ["webhook-id", "webhook-timestamp", "webhook-signature"].map(header);
        let headers = Headers {
            id: &names[0],
            timestamp: &names[1],
            signature: &names[2],
        };
        let verifier = Verifier::new(vec![SigningSecret::parse(SECRET).unwrap()]);
        let now = super::NOON.parse().unwrap();
        assert_eq!(verifier.verify(headers, body.as_bytes(), now), Ok(()));
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["data"]["customer"], "1");
        assert_eq!(body["data"]["campaign"], "llamar");
        let written = json!({ "name": "Ana \"la\" Ñusta", "ends_on": "2026-12-20" });
        assert_eq!(body["data"]["body"], written, "a name cannot end its text");
        let asked: Vec<String> = asked.try_iter().map(|(head, _)| head).collect();
        let bearer = asked
            .iter()
            .all(|head| head.contains("authorization: Bearer canario"));
        assert!(
            bearer && asked.iter().any(|head| head.contains("desde=")),
            "{asked:?}"
        );
        let again = run(&place, &surroundings).succeeds();
        assert_eq!(again.json()["accepted"], 0);
        assert!(told.try_recv().is_err(), "nobody is told again");
        let all = ran.out + &ran.err;
        assert!(!all.contains("canario") && !all.contains("MfKQ"), "{all}");
    }

    #[test]
    fn what_is_missing_or_leads_inside_is_said() {
        let (service, _asked) = serve(clients);
        let check = |webhook: &str, surroundings: &[(&str, &str)], what: &str| {
            let ran = run(&department(&service, webhook), surroundings).ends(2);
            assert!(ran.err.contains(what), "{}", ran.err);
        };
        let secret = ("PREGON_WEBHOOK_SECRET", SECRET);
        check(
            "https://hooks.example.org/",
            &[],
            "PREGON_WEBHOOK_SECRET is not set",
        );
        let short = ("PREGON_WEBHOOK_SECRET", "whsec_c2hvcnQ=");
        check("https://hooks.example.org/", &[short], "24 to 64 bytes");
        check(
            "https://169.254.169.254/",
            &[secret],
            "not a public one: link-local",
        );
        check("http://hooks.example.org/", &[secret], "only https");
        let half = [secret, ("PREGON_HTTP_USER", "yo")];
        check(
            "https://hooks.example.org/",
            &half,
            "set either PREGON_HTTP_TOKEN",
        );
        let place = department("http://api.example.org/", "https://hooks.example.org/");
        let ran = run(&place, &[secret]).ends(2);
        assert!(ran.err.contains("use https"), "{}", ran.err);
    }

    /// What the service has otherwise than it was configured is told before anything is sent.
    #[test]
    fn what_no_client_has_is_warned_of() {
        let (service, _asked) = serve(clients);
        let (webhook, told) = serve(|_| (200, json!({})));
        let place = department(&service, &webhook);
        place.change("pregon.toml", "/ingresos", "/ingresosMensuales");
        let ran = run(&place, &[("PREGON_WEBHOOK_SECRET", SECRET)]).succeeds();
        let expected = "customers: /ingresosMensuales: no item has it";
        assert!(ran.err.contains(expected), "{}", ran.err);
        assert!(told.try_recv().is_err(), "unknown never matches");
    }
}

#[test]
fn a_secret_does_not_stand_in_the_file() {
    for (from, to, variable) in [
        ("page_size = 2", "token = \"x\"", "PREGON_HTTP_TOKEN"),
        (
            "remembers = \"7d\"",
            "secret = \"x\"",
            "PREGON_WEBHOOK_SECRET",
        ),
    ] {
        let place = department("http://127.0.0.1:1/", "http://127.0.0.1:1/");
        place.change("pregon.toml", from, to);
        let ran = run(&place, &[("PREGON_WEBHOOK_SECRET", SECRET)]).ends(2);
        assert!(ran.err.contains(variable), "{}", ran.err);
    }
}

#[cfg(not(feature = "http-source"))]
#[test]
fn a_build_without_services_says_so() {
    let place = department("https://api.example.org/", "https://hooks.example.org/");
    let ran = run(&place, &[("PREGON_WEBHOOK_SECRET", SECRET)]).ends(2);
    assert!(ran.err.contains("feature `http-source`"), "{}", ran.err);
}
