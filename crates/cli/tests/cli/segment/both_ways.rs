//! The same answer by columns, as `--ids` evaluates, and row by row, as `--explain` does.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use super::{place, run};

/// One value of each column a row, in turn with those of other rows: columns of one type with the
/// ends of what it can hold, and texts that look like other things.
const COLUMNS: &[(&str, &[&str])] = &[
    (
        "n",
        &[
            "0",
            "",
            "-0",
            "9223372036854775807",
            "-9223372036854775808",
            "6",
            "7",
        ],
    ),
    (
        "spend",
        &[
            "",
            "0.00",
            "-0.01",
            "150000.50",
            "79228162514264337593543950335",
            "0.000000001",
        ],
    ),
    ("exact", &["12345678901234567.8", "1.1", "1.10", "", "-1.1"]),
    (
        "city",
        &[
            "Bogotá",
            "BOGOTA",
            "",
            "\"a, \"\"b\"\"\nc\"",
            "  Quito  ",
            "ñandú",
            "\u{1F600}",
        ],
    ),
    (
        "code",
        &["0099", "NaN", "1e5", "2026-13-45", "12,5", "", "null", "+1"],
    ),
    (
        "seen",
        &[
            "2026-08-23",
            "2026-08-22",
            "",
            "0001-01-01",
            "9999-12-31",
            "2028-02-29",
        ],
    ),
    (
        "login",
        &[
            "2026-11-21T04:59:59Z",
            "",
            "2026-11-20T23:59:59.999999-05:00",
            "1970-01-01T00:00:00Z",
        ],
    ),
    ("yes", &["sí", "no", "", "TRUE", "False"]),
    ("tags", &["vip|socio", "", "|", "vip| vip ", "Ñ"]),
    ("kind", &["a", "b", ""]),
    ("empty", &["", " "]),
    (
        "zone",
        &[
            "America/Guayaquil",
            "",
            "Pacific/Kiritimati",
            "America/Santiago",
        ],
    ),
];

const RULES: &[&str] = &[
    "n >= 6",
    "not n = 0",
    "n = -9223372036854775808 or n = 9223372036854775807",
    "n between 0 and 6.5",
    "n is missing",
    "spend < 0",
    "spend = 0",
    "spend > 79228162514264337593543950334",
    "not spend between 0 and 0.000000001",
    "exact = 1.1",
    "exact in (1.10, 12345678901234567.8)",
    "city =~ \"bogota\"",
    "city = \"Quito\"",
    "city contains \"\\\"B\\\"\"",
    "not city starts with \"NAND\"",
    "city = \"\u{1F600}\"",
    "code = \"1e5\" or code = \"NaN\"",
    "code not in (\"0099\", \"null\", \"+1\")",
    "code contains \",\"",
    "seen older than 90 days",
    "seen at least 90 days ago and not seen older than 90 days",
    "seen within the last 3 months",
    "seen anniversary within 100 days",
    "seen = 9999-12-31 or seen = 0001-01-01",
    "login on this day",
    "login within the last 1 day",
    "not login older than 1 day",
    "yes = true",
    "yes != true",
    "tags has any of (\"vip\")",
    "tags has none of (\"vip\")",
    "tags has all of (\"vip\", \"socio\")",
    "tags is set",
    "kind = \"a\" or kind is missing",
    "empty = \"x\" or not empty = \"x\"",
    "empty is missing",
    "zone = \"America/Santiago\"",
    "customer_id contains \"7\"",
    "at least 3 of (n >= 6, yes = true, seen is set, spend > 1, kind = \"b\")",
    "not (n >= 6 and spend > 1) or (code is set and seen is missing)",
];

const ROWS: usize = 61;

fn customers() -> String {
    let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    let mut text = format!("id,{}\r\n", names.join(","));
    for row in 0..ROWS {
        let _ = write!(text, "C-{row}");
        for (nth, (_, values)) in COLUMNS.iter().enumerate() {
            // Columns go round at their own paces, so that values meet in many ways.
            let value = values[(row + row / 7 * nth) % values.len()];
            let quoted = value.contains(',') && !value.starts_with('"');
            let _ = if quoted {
                write!(text, ",\"{value}\"")
            } else {
                write!(text, ",{value}")
            };
        }
        text.push_str("\r\n");
    }
    text
}

#[test]
fn columns_and_rows_agree() {
    let place = place(customers());
    place.write("types.toml", "tags = \"texts\"\nkind = [\"a\", \"b\"]\n");
    let mut flags = vec!["--schema", "types.toml", "--json"];
    for rule in RULES {
        flags.extend(["--rule", rule]);
    }
    let listed = run(&place, &[&flags[..], &["--ids", "--json-lines"]].concat()).succeeds();
    let mut by_columns: BTreeMap<String, Value> = BTreeMap::new();
    for line in listed.out.lines() {
        let mut line: Value = serde_json::from_str(line).unwrap();
        by_columns.insert(
            line["id"].as_str().unwrap().to_owned(),
            line["segments"].take(),
        );
    }
    let (mut holds, mut fails, mut unknown) = (0, 0, 0);
    for id in (0..ROWS).map(|row| format!("C-{row}")) {
        let told = run(&place, &[&flags[..], &["--explain", &id]].concat()).succeeds();
        let parts = told.json()["tree"]["parts"].take();
        let parts = parts.as_array().unwrap();
        assert_eq!(parts.len(), RULES.len());
        let own = parts.iter().filter(|part| part["verdict"] == true);
        let own: Vec<Value> = own.map(|part| part["name"].clone()).collect();
        let columns = by_columns.remove(&id).unwrap_or(Value::Array(Vec::new()));
        assert_eq!(Value::Array(own), columns, "{id}");
        holds += parts.iter().filter(|part| part["verdict"] == true).count();
        fails += parts.iter().filter(|part| part["verdict"] == false).count();
        unknown += parts
            .iter()
            .filter(|part| part["verdict"].is_null())
            .count();
    }
    assert!(by_columns.is_empty(), "{by_columns:?}");
    // The rules have all three answers many times.
    assert!(
        holds.min(fails).min(unknown) > 300,
        "{holds} {fails} {unknown}"
    );
}
