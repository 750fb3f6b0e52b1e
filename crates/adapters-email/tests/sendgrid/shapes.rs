//! The official description of `POST /v3/mail/send`: which fields there are, and of what kind.

use serde_json::Value;

use super::rules::Fault;

/// The shape of a value.
enum Shape {
    Text {
        least: usize,
        most: usize,
    },
    Email,
    Whole,
    Truth,
    /// Fields, and which of them must be there.
    Object(&'static [(&'static str, Shape)], &'static [&'static str]),
    /// Any names; the values are texts.
    Texts,
    /// Any names and values.
    Anything,
    List {
        of: &'static Shape,
        most: usize,
    },
}

use Shape::{Anything, Email, List, Object, Text, Texts, Truth, Whole};

const MOST: usize = usize::MAX;
const TEXT: Shape = Text {
    least: 0,
    most: MOST,
};
const SOME_TEXT: Shape = Text {
    least: 1,
    most: MOST,
};
const SWITCH: Shape = Object(&[("enable", Truth)], &[]);
const PARTY: Shape = Object(&[("email", Email), ("name", TEXT)], &["email"]);
const PARTIES: Shape = List {
    of: &PARTY,
    most: 1000,
};
const PERSONALIZATION: Shape = Object(
    &[
        ("from", PARTY),
        ("to", PARTIES),
        ("cc", PARTIES),
        ("bcc", PARTIES),
        ("subject", SOME_TEXT),
        ("headers", Texts),
        ("substitutions", Texts),
        ("dynamic_template_data", Anything),
        ("custom_args", Texts),
        ("send_at", Whole),
    ],
    &["to"],
);
const CONTENT: Shape = Object(
    &[("type", SOME_TEXT), ("value", SOME_TEXT)],
    &["type", "value"],
);
const ATTACHMENT: Shape = Object(
    &[
        ("content", SOME_TEXT),
        ("type", SOME_TEXT),
        ("filename", TEXT),
        ("disposition", TEXT),
        ("content_id", TEXT),
    ],
    &["content", "filename"],
);
const CATEGORY: Shape = Text {
    least: 1,
    most: 255,
};
const MAIL_SETTINGS: Shape = Object(
    &[
        ("bypass_list_management", SWITCH),
        ("bypass_spam_management", SWITCH),
        ("bypass_bounce_management", SWITCH),
        ("bypass_unsubscribe_management", SWITCH),
        (
            "footer",
            Object(&[("enable", Truth), ("text", TEXT), ("html", TEXT)], &[]),
        ),
        ("sandbox_mode", SWITCH),
    ],
    &[],
);
const TRACKING: Shape = Object(
    &[
        (
            "click_tracking",
            Object(&[("enable", Truth), ("enable_text", Truth)], &[]),
        ),
        (
            "open_tracking",
            Object(&[("enable", Truth), ("substitution_tag", TEXT)], &[]),
        ),
        (
            "subscription_tracking",
            Object(
                &[
                    ("enable", Truth),
                    ("text", TEXT),
                    ("html", TEXT),
                    ("substitution_tag", TEXT),
                ],
                &[],
            ),
        ),
        (
            "ganalytics",
            Object(
                &[
                    ("enable", Truth),
                    ("utm_source", TEXT),
                    ("utm_medium", TEXT),
                    ("utm_term", TEXT),
                    ("utm_content", TEXT),
                    ("utm_campaign", TEXT),
                ],
                &[],
            ),
        ),
    ],
    &[],
);
const REQUEST: Shape = Object(
    &[
        (
            "personalizations",
            List {
                of: &PERSONALIZATION,
                most: 1000,
            },
        ),
        ("from", PARTY),
        ("reply_to", PARTY),
        ("reply_to_list", PARTIES),
        ("subject", SOME_TEXT),
        (
            "content",
            List {
                of: &CONTENT,
                most: MOST,
            },
        ),
        (
            "attachments",
            List {
                of: &ATTACHMENT,
                most: MOST,
            },
        ),
        ("template_id", TEXT),
        ("headers", Texts),
        (
            "categories",
            List {
                of: &CATEGORY,
                most: 10,
            },
        ),
        ("custom_args", Texts),
        ("send_at", Whole),
        ("batch_id", TEXT),
        (
            "asm",
            Object(
                &[
                    ("group_id", Whole),
                    (
                        "groups_to_display",
                        List {
                            of: &Whole,
                            most: 25,
                        },
                    ),
                ],
                &["group_id"],
            ),
        ),
        ("ip_pool_name", Text { least: 2, most: 64 }),
        ("mail_settings", MAIL_SETTINGS),
        ("tracking_settings", TRACKING),
    ],
    &["personalizations", "from"],
);

/// The faults of a request that show in its shape alone.
pub(super) fn faults(request: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    shape(&REQUEST, request, "", &mut faults);
    faults
}

fn shape(shape_of: &Shape, value: &Value, at: &str, faults: &mut Vec<Fault>) {
    let mut wrong = |why| faults.push((at.to_owned(), why));
    match (shape_of, value) {
        (Text { least, most }, Value::String(text)) => {
            if !(*least..=*most).contains(&text.chars().count()) {
                wrong("length");
            }
        }
        (Email, Value::String(text)) => {
            if !is_email(text) {
                wrong("not an email");
            }
        }
        (Whole, Value::Number(number)) if number.is_i64() => {}
        (Truth, Value::Bool(_)) | (Anything, Value::Object(_)) => {}
        (Texts, Value::Object(map)) => {
            if !map.values().all(Value::is_string) {
                wrong("values are texts");
            }
        }
        (Object(fields, required), Value::Object(map)) => {
            if required.iter().any(|name| !map.contains_key(*name)) {
                wrong("a required field is missing");
            }
            for (name, value) in map {
                let at = below(at, name);
                match fields.iter().find(|(field, _)| field == name) {
                    Some((_, of)) => shape(of, value, &at, faults),
                    None => faults.push((at, "no such field")),
                }
            }
        }
        (List { of, most }, Value::Array(items)) => {
            if items.len() > *most {
                wrong("too many");
            }
            for (n, item) in items.iter().enumerate() {
                shape(of, item, &below(at, &n.to_string()), faults);
            }
        }
        _ => wrong("of another type"),
    }
}

fn below(at: &str, name: &str) -> String {
    if at.is_empty() {
        name.to_owned()
    } else {
        format!("{at}.{name}")
    }
}

/// ASCII, one `@`, a domain of labels: what the API takes of RFC 5321.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let label = |label: &str| {
        let inner = |c: char| c.is_ascii_alphanumeric() || c == '-';
        !label.is_empty() && label.len() <= 63 && label.chars().all(inner)
    };
    let plain = |c: char| c.is_ascii_graphic() && !"@()<>[]\\,;:\"".contains(c);
    (1..=64).contains(&local.len())
        && local.chars().all(plain)
        && text.len() <= 254
        && domain.contains('.')
        && domain.split('.').all(label)
}
