//! Files of customers as they come.

use super::{check, place, run};

/// Checks the count of a rule, with more flags.
#[track_caller]
fn count(customers: impl AsRef<[u8]>, flags: &[&str], count: &str) {
    let said = run(&place(customers), flags).succeeds();
    assert_eq!(said.out, format!("{count}\n"));
}

#[test]
fn separators() {
    for sign in [",", ";", "\t"] {
        let text = "id,n,t\nA,5,\"x, y; z\"\nB,6,\n".replace("x, y; z", "|");
        let text = text.replace(',', sign).replace('|', "x, y; z");
        check(text, "t = \"x, y; z\" and n = 5", &["A"]);
    }
}

#[test]
fn ends_of_lines_marks_and_quotes() {
    check("\u{feff}id,n\r\nA,5\r\n\r\nB,6", "n >= 6", &["B"]);
    check("id,n\rA,5\rB,6\r", "n >= 6", &["B"]);
    check(
        "id,t\n\"A\",\"one\nline \"\"x\"\"\"\nB,\n",
        "t contains \"line \\\"x\\\"\"",
        &["A"],
    );
    check("id , n\n A , 5 \n", "n = 5", &["A"]);
}

#[test]
fn letters_of_another_encoding() {
    check(
        b"id;ciudad;\xfaltima\nA;Bogot\xe1;2026-01-02\n",
        "ciudad = \"Bogotá\"",
        &["A"],
    );
    check(
        b"id;ciudad;\xfaltima\nA;S\xed;\n",
        "ciudad = true and última is missing",
        &["A"],
    );
}

#[test]
fn types_are_inferred_from_every_row() {
    check("id,n\nA,1\nB,-2\n", "n < 0", &["B"]);
    check("id,n\nA,1\nB,2.5\n", "n > 1.25", &["B"]);
    check(
        "id,seen\nA,2026-01-02T10:00:00Z\nB,2026-01-02T10:00:00-05:00\n",
        "seen > 2026-01-02T12:00:00Z",
        &["B"],
    );
    check("id,d\nA,2026-01-02\nB,\n", "d = 2026-01-02", &["A"]);
    check(
        "id,yes\nA,true\nB,FALSE\nC,Sí\nD,no\n",
        "yes = true",
        &["A", "C"],
    );
    check("id,code\nA,0099\nB,1\n", "code = \"0099\"", &["A"]);
    check("id,n\nA,1\nB,x\n", "n = \"1\"", &["A"]);
    check(
        "id,phone\nA,593991234567\nB,\n",
        "phone starts with \"593\"",
        &["A"],
    );
    check("id\n7\n8\n", "id >= 8 and customer_id = \"8\"", &["8"]);
}

#[test]
fn columns_without_values_have_every_type() {
    let rules = [
        "x >= 5",
        "x = \"a\"",
        "x older than 5 days",
        "x = true",
        "x = 2026-01-01",
        "x has any of (\"a\")",
    ];
    for rule in rules {
        check("id,x\nA,\nB,\n", rule, &[]);
        check("id,x\n", rule, &[]);
    }
    check(
        "id,x\nA,\nB,\n",
        "x is missing and not x is set",
        &["A", "B"],
    );
}

#[test]
fn types_that_are_declared() {
    let csv = "id,n,code,when,kind\nA,1,7,2026-01-02T10:00:00Z,a\nB,2,,,b\n";
    let rule = "code = \"7\" and n < 1.5 and when older than 1 day and kind = \"a\"";
    let toml = "n = \"decimal\"\ncode = \"text\"\nwhen = \"instant\"\nkind = [\"a\", \"b\"]\n";
    let json = r#"{"n": "decimal", "code": "text", "when": "instant", "kind": ["a", "b"]}"#;
    for (name, schema) in [("t.toml", toml), ("t.json", json), ("t.yaml", json)] {
        let place = place(csv);
        place.write(name, schema);
        let said = run(&place, &["--schema", name, "--rule", rule, "--ids"]).succeeds();
        assert_eq!(said.out, "A\n", "{name}");
    }
}

#[test]
fn the_column_of_ids() {
    let csv = "cedula,id,n\n0102,x,1\n0103,x,2\n";
    let said = run(
        &place(csv),
        &["--id", "cedula", "--rule", "n = 2 and id = \"x\"", "--ids"],
    );
    assert_eq!(said.succeeds().out, "0103\n");
    check("customer_id,n\nA,1\n", "n = 1", &["A"]);
    run(&place("id,customer_id\n1,2\n"), &["--rule", "id = 1"])
        .ends(2)
        .complains("--id COLUMN");
    run(&place("x,y\n1,2\n"), &["--rule", "x = 1"])
        .ends(2)
        .complains("there is no column \"id\"");
}

#[test]
fn columns_whose_names_rules_cannot_say() {
    let csv = "id,Última visita,2026\nA,2026-01-02,5\n";
    check(csv, "última_visita is set and _2026 = 5", &["A"]);
    run(&place(csv), &["--rule", "ultima is set"])
        .ends(2)
        .complains("última_visita");
}

#[test]
fn contact_columns_are_attributes() {
    let csv = "id,name,email,language\nA,Ana,a@x.org,es\nB,Eva,,en\n";
    check(csv, "email is missing", &["B"]);
    check(
        csv,
        "language = \"es\" and name = \"Ana\" and customer_name = \"Ana\"",
        &["A"],
    );
}

#[test]
fn what_can_be_read_once_only() {
    let place = place("id,n\nA,1\nB,2\n");
    let line = "cat c.csv | $PREGON segment --customers - --rule 'n = 2' --ids; \
                cat c.csv | $PREGON segment --customers /dev/stdin --rule 'n = 1' --ids";
    assert_eq!(place.shell(line).succeeds().out, "B\nA\n");
}

#[test]
fn a_column_of_zones_that_are_none() {
    let csv = "id,zone\nA,Norte\nB,Sur\n";
    check(csv, "zone = \"Norte\"", &["A"]);
    let mixed = "id,zone\nA,America/Bogota\nB,Sur\n";
    run(&place(mixed), &["--rule", "zone is set"])
        .ends(2)
        .complains("c.csv:3:3: zone: ");
    count(mixed.replace("Sur", ""), &["--rule", "zone is set"], "1");
}
