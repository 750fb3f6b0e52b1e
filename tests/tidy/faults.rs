//! The table of faults names tests that exist, and leaves no row out.

use crate::assert_none;
use crate::tree::{read, root};

const TABLE: &str = "docs/faults.md";
const CASES: &str = "crates/conformance/src/";

#[test]
fn every_test_of_the_table_of_faults_exists() {
    let text = read(TABLE);
    let named: Vec<(&str, &str)> = text.split('`').filter_map(reference).collect();
    assert!(named.len() > 100, "only {} tests are named", named.len());
    let gone = named.iter().filter(|(file, test)| !is_test(file, test));
    let gone: Vec<String> = gone.map(|(file, test)| format!("{file}::{test}")).collect();
    assert_none("docs/faults.md names tests that are there", &gone);
}

#[test]
fn every_fault_of_the_matrix_has_its_row() {
    let text = read(TABLE);
    let has = |row: &String| text.contains(&format!("\n| {row} |"));
    let rows = (1..=40).map(|n| format!("A{n}"));
    let rows = rows.chain((1..=19).map(|n| format!("B{n}")));
    let missing: Vec<String> = rows.filter(|row| !has(row)).collect();
    assert_none("docs/faults.md has every row", &missing);
}

/// `file.rs::name`, between two signs of code.
fn reference(code: &str) -> Option<(&str, &str)> {
    let (file, test) = code.split_once("::")?;
    (file.ends_with(".rs") && file.contains('/')).then_some((file, test))
}

/// Whether a file has a test of a name, or a case that is listed for every store.
fn is_test(file: &str, name: &str) -> bool {
    let Ok(text) = std::fs::read_to_string(root().join(file)) else {
        return false;
    };
    let (is_marked, is_listed) = (marked(&text, name), listed(&text, name));
    // A macro of the file, the suites and benches, which tests run small, do what is listed.
    let runs = file.starts_with(CASES) || file.starts_with("benches/");
    is_marked || (is_listed && (runs || text.contains("async fn $case(")))
}

/// Whether a function of the name says itself that it is a test.
fn marked(text: &str, name: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
    let starts = |line: &&str| {
        let line = line.strip_prefix("async ").unwrap_or(line);
        let rest = line.strip_prefix("fn ");
        rest.is_some_and(|rest| rest.starts_with(&format!("{name}(")))
    };
    let at = lines.iter().position(starts);
    at.is_some_and(|at| {
        let above = lines[..at].iter().rev();
        let mut marks = above.take_while(|line| line.starts_with('#') || line.starts_with("//"));
        marks.any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"))
    })
}

/// Whether a function of the name is there, and is named a second time.
fn listed(text: &str, name: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let whole = |at: usize| !text[at + name.len()..].starts_with(word);
    let times = text.match_indices(name).filter(|(at, _)| whole(*at));
    text.contains(&format!("fn {name}(")) && times.count() > 1
}

#[test]
fn what_only_looks_like_a_test_is_none() {
    let other = "tests/tidy/source.rs";
    assert!(is_test(other, "lifetimes_and_words_stay"));
    assert!(!is_test(other, "lifetimes_and_words"), "a part of a name");
    assert!(!is_test(other, "check_code"), "a helper");
    assert!(!is_test(
        "tests/tidy/nowhere.rs",
        "lifetimes_and_words_stay"
    ));
    let case = "crates/conformance/src/ledger/poison.rs";
    assert!(is_test(case, "the_last_claim_is_alone"));
    assert!(!is_test(case, "the_last_claim"));
}
