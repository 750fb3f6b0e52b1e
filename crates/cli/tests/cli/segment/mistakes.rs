//! What is wrong, and how it is said.

use super::{place, run};

const PEOPLE: &str = "id,visits,spend,city\nA,7,1.5,Quito\nB,2,2,\n";

/// Checks what is said of a rule, as people and as programs read it.
#[track_caller]
fn rule(rule: &str, (line, column): (u32, u32), words: &[&str]) {
    let said = run(&place(PEOPLE), &["--rule", rule, "--json"]).ends(2);
    for words in words {
        assert!(said.err.contains(words), "{words:?} in {}", said.err);
    }
    assert!(
        said.err.starts_with(&format!("--rule:{line}:{column}: ")),
        "{}",
        said.err
    );
    let error = &said.json()["error"];
    assert_eq!(
        (&error["line"], &error["column"]),
        (&line.into(), &column.into())
    );
    assert!(
        error["file"].is_null() && error["kind"] == "usage",
        "{error}"
    );
}

#[test]
fn rules() {
    rule(
        "visits >= and",
        (1, 11),
        &["expected a value, found \"and\"", "\n            ^^^\n"],
    );
    rule(
        "visit >= 6",
        (1, 1),
        &["there is no attribute \"visit\"", "did you mean visits?"],
    );
    rule(
        "zzz = 1",
        (1, 1),
        &["the file has: id, visits, spend, city"],
    );
    rule("visits >= \"6\"", (1, 11), &["write it without quotes: 6"]);
    rule("city > 5", (1, 6), &["texts have no order"]);
    rule("city = 5", (1, 8), &["in quotes it is a text"]);
    rule(
        "visits >= 6 and\n  spend older than 5 days",
        (2, 9),
        &["does not go with spend"],
    );
    rule("in segment vip", (1, 12), &["there is no segment \"vip\""]);
    rule("", (1, 1), &["expected"]);
    rule("vip: visits >= and", (1, 16), &["expected a value"]);
    rule("at least 1 purchase", (1, 12), &["purchase"]);
}

#[test]
fn every_mistake_is_said_and_the_first_is_the_documents() {
    let place = place(PEOPLE);
    let said = run(&place, &["--rule", "visit = 1 or cty = 2", "--json"]).ends(2);
    assert_eq!(said.json()["error"]["column"], 1);
    said.complains("--rule:1:14: there is no attribute \"cty\"");
    run(&place, &["--rule", "visits = 1", "--rule", "cty = 2"])
        .ends(2)
        .complains("--rule 2:1:1: ");
}

#[test]
fn a_column_that_one_value_makes_a_text() {
    let place = place("id,n\nA,1\nB,2\nC,?\nD,4\n");
    run(&place, &["--rule", "n >= 2"])
        .ends(2)
        .complains("column n is text because of its value on line 4");
}

/// Checks what is said of a file of customers.
#[track_caller]
fn file(customers: &str, words: &str) {
    let said = run(&place(customers), &["--rule", "id is set", "--json"]).ends(2);
    assert!(said.err.contains(words), "{words:?} in {}", said.err);
    assert_eq!(said.json()["error"]["file"], "c.csv");
}

#[test]
fn files_of_customers() {
    file("", "c.csv:1:1: the file is empty");
    file("id,n\nA,1,2\n", "c.csv:2:5: 3 fields instead of 2");
    file("id,n\nA,1\n\nB\n", "c.csv:4:1: 1 fields instead of 2");
    file(
        "id,n\nA,1\n\"B,1\n",
        "c.csv:3:1: a quote is opened and not closed",
    );
    file("id,n\n\"A\"x,1\n", "c.csv:2:1: text after a closing quote");
    file("n,id\n1,\n", "c.csv:2:3: id: must not be empty");
    file(
        "id,n\nA,1\nB,2\nA,3\n",
        "c.csv:4:1: the id \"A\" is already on line 2",
    );
    file("id,n,n\nA,1,2\n", "column \"n\" is there twice");
    file("id,a;b\nA,1\n", "use only one of them");
    let many: String = (0..50).map(|_| "x\n").collect();
    file(
        &format!("id,n\n{many}"),
        "c.csv: 30 more rows cannot be read",
    );
}

#[test]
fn letters_that_are_none() {
    let customers = [&b"id,t\nA,\xc3\xb1\nB,\xf1\n"[..], "C,ñ\n".as_bytes()].concat();
    run(&place(customers), &["--rule", "t is set"])
        .ends(2)
        .complains("c.csv:3:3: t: not UTF-8");
}

#[test]
fn values_that_do_not_go_with_their_declared_type() {
    let place = place("id,n,d\nA,1,2026-02-30\nB,x,\nC,3,2026-01-01\n");
    place.write("t.toml", "n = \"integer\"\nd = \"date\"\n");
    let said = run(&place, &["--schema", "t.toml", "--rule", "n = 3", "--json"]).ends(2);
    let error = &said.json()["error"];
    assert_eq!(
        (&error["line"], &error["column"]),
        (&2.into(), &5.into()),
        "{error}"
    );
    assert!(
        said.err.contains("c.csv:2:5: d: not a value of type date"),
        "{}",
        said.err
    );
    assert!(
        said.err
            .contains("c.csv:3:3: n: not a value of type integer"),
        "{}",
        said.err
    );
    assert!(!said.err.contains("02-30"), "a person's value is not told");
}

#[test]
fn schemas() {
    let place = place(PEOPLE);
    for (text, words) in [
        (
            "visits = \"intger\"",
            "t.toml:1:10: there is no type \"intger\"",
        ),
        ("visits = \"intger\"", "did you mean integer?"),
        (
            "\nvisit = \"integer\"",
            "t.toml:2:1: the schema has \"visit\"",
        ),
        ("visits = 5", "t.toml:1:10: this is no type"),
        (
            "city = [1]",
            "t.toml:1:8: the values of a closed set are texts",
        ),
        ("\"mi ciudad\" = \"text\"", "t.toml:1:1: "),
        ("visits = ", "t.toml:1:"),
    ] {
        place.write("t.toml", text);
        run(&place, &["--schema", "t.toml", "--rule", "visits = 1"])
            .ends(2)
            .complains(words);
    }
    place.write("t.json", "{\"visits\": \"integer\",}");
    run(&place, &["--schema", "t.json", "--rule", "visits = 1"])
        .ends(2)
        .complains("t.json:1:");
}

#[test]
fn the_command_line() {
    let place = place(PEOPLE);
    for flags in [
        &["--json"][..],
        &["--rule", "visits = 1", "--file", "x", "--json"],
        &["--rule", "visits = 1", "--count", "--ids", "--json"],
        &["--rule", "visits = 1", "--today", "2026-02-30", "--json"],
        &["--rule", "visits = 1", "--today", "+2026-1-1", "--json"],
        &[
            "--rule",
            "visits = 1",
            "--today",
            "2026-01-01",
            "--now",
            "2026-01-01T00:00:00Z",
            "--json",
        ],
        &["--rule", "visits = 1", "--zone", "Nowhere", "--json"],
        &["--rule", "visits = 1", "--json-lines"],
    ] {
        let said = run(&place, flags).ends(2);
        assert_eq!(said.json()["error"]["kind"], "usage", "{flags:?}");
    }
    place
        .run(&["segment", "--rule", "visits = 1"])
        .ends(2)
        .complains("--customers");
    for (file, words) in [
        ("gone.csv", "there is no file gone.csv"),
        (".", "this is a directory"),
    ] {
        place
            .run(&["segment", "--customers", file, "--rule", "x = 1"])
            .ends(2)
            .complains(words);
    }
}
