//! Any number of customers, made when they are asked for, and what is written to them.

use async_trait::async_trait;
use pregon::*;

/// What everybody has: nine attributes beside the name.
const ATTRIBUTES: [(&str, &[&str]); 7] = [
    (
        "city",
        &["Quito", "Guayaquil", "Cuenca", "Ñuñoa", "Valparaíso"],
    ),
    (
        "plan",
        &["Streaming Básico", "Fibra 300 Mbps", "Fútbol Total"],
    ),
    ("branch", &["Centro", "Norte", "Sur", "La Reina"]),
    ("advisor", &["Ana Paredes", "Íñigo Muñoz", "José O’Higgins"]),
    ("code", &["RENUEVA10", "VUELVE20", "FIEL30"]),
    (
        "benefit",
        &["un mes sin costo", "el doble de megas", "envío gratis"],
    ),
    (
        "hours",
        &["lunes a viernes, 9:00 a 18:00", "todos los días"],
    ),
];

#[derive(Debug)]
pub(crate) struct People(pub(crate) u64);

impl People {
    pub(crate) fn id(n: u64) -> CustomerId {
        CustomerId::new(format!("C-{n:08}")).expect("an id")
    }

    fn person(n: u64) -> Customer {
        let person = Customer::with_id(Self::id(n)).named("María Fernanda Núñez");
        let mut person = person
            .email(&format!("persona{n}@example.org"))
            .with("points", i64::try_from(n % 5_000).expect("small"))
            .with(
                "expiry_date",
                Value::Date("2027-12-20".parse().expect("a date")),
            );
        for (at, (name, values)) in ATTRIBUTES.iter().enumerate() {
            let value = values[(n as usize + at) % values.len()];
            person = person.with(name, value);
        }
        person
    }
}

#[async_trait]
impl CustomerSource for People {
    async fn schema(&self) -> Result<Schema, PortError> {
        let schema = Schema::new().with("points", AttributeType::Integer);
        let mut schema = schema.expect("a name");
        schema
            .insert("expiry_date", AttributeType::Date)
            .expect("a name");
        for (name, _) in ATTRIBUTES {
            schema.insert(name, AttributeType::Text).expect("a name");
        }
        Ok(schema)
    }

    async fn page<'a>(
        &self,
        _: &CustomerQuery,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Customer>, PortError> {
        let first = after.map_or(0, |after| after.as_str().parse().expect("our own"));
        let end = self.0.min(first + u64::from(limit));
        let items = (first..end).map(Self::person).collect();
        let next = (end < self.0).then(|| Cursor::new(end.to_string()));
        Ok(Page { items, next })
    }

    async fn find(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, PortError> {
        let numbers = ids.iter().map(|id| id.as_str()[2..].parse().expect("ours"));
        Ok(numbers.map(Self::person).collect())
    }
}

/// One broadcast to everybody: a subject, 5 kB of HTML with ten variables, and its text.
pub(crate) fn campaign() -> Campaign {
    let subject = "{{customer_name}}, su plan {{plan}} vence el {{date expiry_date}}";
    let row = "<tr><td style=\"padding:12px 24px;font-family:Helvetica,Arial,sans-serif;\
        font-size:15px;line-height:22px;color:#333333\">Renovar toma un minuto y así no pierde \
        sus canales, su música ni su número. Hágalo hoy desde su teléfono.</td></tr>\n";
    let html = format!(
        "<!doctype html><html lang=\"es\"><body style=\"margin:0;background:#f4f4f4\">\
         <table role=\"presentation\" width=\"600\" align=\"center\">\n\
         <tr><td><h1>Hola, {{{{customer_name}}}}</h1></td></tr>\n\
         <tr><td>Su plan <b>{{{{plan}}}}</b> de {{{{city}}}} vence el {{{{date expiry_date}}}}.\
         </td></tr>\n{}\
         <tr><td>Con el código <b>{{{{code}}}}</b> recibe {{{{benefit}}}}, y tiene {{{{points}}}} \
         puntos.</td></tr>\n\
         <tr><td>{{{{advisor}}}}, sucursal {{{{branch}}}}, {{{{hours}}}}.</td></tr>\n\
         </table></body></html>\n",
        row.repeat(17)
    );
    let text = "Hola, {{customer_name}}:\n\nSu plan {{plan}} vence el {{date expiry_date}}. Con el \
        código {{code}} recibe {{benefit}}.\n\n{{advisor}}, sucursal {{branch}}\n";
    let parts = [("subject", subject), ("html", &html), ("text", text)];
    let step = Step::message("correo", "email", &parts).expect("ids");
    let journey = Journey::new("todos", TriggerSpec::OnDemand).expect("an id");
    let campaign = Campaign::new("renovacion", "offers").expect("ids");
    campaign.with(journey.step(step))
}

/// Somebody's yes to such messages.
pub(crate) fn yes(n: u64) -> Preference {
    let scope = PreferenceScope {
        channel: None,
        purpose: PurposeScope::Promotional,
    };
    Preference {
        subject: Subject::Customer(People::id(n)),
        scope,
        word: Word::OptIn,
        source: "form".to_owned(),
        wording: None,
    }
}
