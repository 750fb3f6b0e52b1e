//! Programme D: a department of marketing reads its clients from a clients' service, by gender,
//! income, age and province.

use pregon_adapters_erp::{
    HttpAuth, HttpCustomers, HttpListing, HttpPaging, HttpSourceConfig, PersonField, Secret,
};
use pregon_core::rule::{Moment, Rule};
use pregon_core::{AttributeType, CustomerQuery, CustomerSource, Row};
use serde_json::{Value, json};

use crate::service::{Server, Tables};
use crate::{TOKEN, connect, said};

fn client(n: u32, gender: &str, income: f64, born: &str, province: &str) -> Value {
    json!({
        "idCliente": n,
        "nombres": format!("Cliente {n}"),
        "contacto": { "correo": format!("c{n}@example.ec"), "celular": "0991234501" },
        "genero": gender,
        "ingresos": { "mensual": income },
        "fechaNacimiento": format!("{born}T00:00:00-05:00"),
        "direccion": { "provincia": province, "canton": "Cuenca" },
        "aceptaCorreos": n != 4,
    })
}

async fn service() -> Server {
    let clients = vec![
        client(1, "F", 1200.50, "1990-05-01", "Azuay"),
        client(2, "M", 1200.0, "1990-05-01", "Azuay"),
        client(3, "F", 800.0, "1990-05-01", "Azuay"),
        client(4, "F", 2500.0, "1985-12-31", "Guayas"),
        client(5, "F", 1500.0, "1950-01-01", "Azuay"),
        client(6, "F", 1500.0, "1992-02-29", "Loja"),
        json!({ "idCliente": 7, "genero": null, "ingresos": null }),
    ];
    Server::start(Tables::from([("clientes".to_owned(), clients)])).await
}

fn config(server: &Server) -> HttpSourceConfig {
    let by_number = HttpPaging::Page {
        page: "page".to_owned(),
        size: "size".to_owned(),
        first: 1,
    };
    let listing = HttpListing::new("/clientes", by_number)
        .with_items("/data")
        .with_query("estado", "activo");
    let gender = AttributeType::Choice(["M", "F"].map(str::to_owned).into());
    let clients = HttpCustomers::new(listing)
        .with(PersonField::Id, "/idCliente")
        .with(PersonField::Name, "/nombres")
        .with(PersonField::Email, "/contacto/correo")
        .with(PersonField::OptIn, "/aceptaCorreos")
        .with_attribute("gender", gender, "/genero")
        .with_attribute("income", AttributeType::Decimal, "/ingresos/mensual")
        .with_attribute("birth_date", AttributeType::Date, "/fechaNacimiento")
        .with_attribute("province", AttributeType::Text, "/direccion/provincia");
    HttpSourceConfig::new(server.url(), clients)
        .with_auth(HttpAuth::Bearer(Secret::new(TOKEN)))
        .with_page_size(3)
}

/// The people that a profile means, out of a service that knows nothing of rules.
async fn matching(profile: &str) -> Vec<String> {
    let server = service().await;
    // The service names people by numbers under a name of its own.
    server.change(|tables| {
        for client in tables.values_mut().flatten() {
            client["id"] = client["idCliente"].clone();
        }
    });
    let source = connect(config(&server))
        .await
        .unwrap_or_else(|error| panic!("{}", said(&error)));
    assert_eq!(source.problems(), []);
    let rule: Rule = profile.parse().unwrap();
    let zone = "America/Guayaquil".parse().unwrap();
    let moment = Moment::new("2026-11-20T12:00:00Z".parse().unwrap(), zone);
    let query = CustomerQuery::default();
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = CustomerSource::page(&source, &query, after.as_ref(), 2)
            .await
            .unwrap();
        for customer in page.items {
            let id = customer.id.to_string();
            let row = Row::of(customer);
            if rule.eval(&&row, &moment) == Some(true) {
                found.push(id);
            }
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let targets = server.calls();
    assert!(
        targets
            .iter()
            .all(|target| target.contains("estado=activo")),
        "{targets:?}"
    );
    found
}

#[tokio::test]
async fn a_profile_finds_the_clients_of_the_service() {
    let born = "birth_date between 1981-11-20 and 2001-11-20";
    let women = format!("gender = \"F\" and income between 900 and 2500 and {born}");
    let of = |provinces: &str| format!("{women} and province in ({provinces})");
    assert_eq!(
        matching(&of("\"Azuay\", \"Guayas\", \"Loja\"")).await,
        ["1", "4", "6"]
    );
    assert_eq!(matching(&of("\"Azuay\"")).await, ["1"]);
    assert_eq!(matching(&of("\"Pichincha\"")).await, [""; 0]);
    assert_eq!(matching("gender = \"M\"").await, ["2"]);
    assert_eq!(
        matching("not gender = \"M\"").await,
        ["1", "3", "4", "5", "6"]
    );
}

#[tokio::test]
async fn who_refused_there_has_refused() {
    let server = service().await;
    server.change(|tables| {
        for client in tables.values_mut().flatten() {
            client["id"] = client["idCliente"].clone();
        }
    });
    let source = connect(config(&server)).await.unwrap();
    let ids = ["1", "4", "7"].map(|id| id.parse().unwrap());
    let mut found = CustomerSource::find(&source, &ids).await.unwrap();
    found.sort_by_key(|customer| customer.id.clone());
    let granted = found
        .iter()
        .map(|customer| customer.permissions.first().map(|it| it.granted));
    assert_eq!(granted.collect::<Vec<_>>(), [Some(true), Some(false), None]);
}
