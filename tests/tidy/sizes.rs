//! How large a file, a function, a line may be.

use crate::assert_none;
use crate::source::{code_only, functions};
use crate::tree::{self, File};

const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 60;
const COLUMNS: usize = 100;
const ARCHITECTURE_LINES: usize = 300;

#[test]
fn no_file_is_too_long() {
    let long = tree::rust().into_iter().filter_map(|File { path, text }| {
        let lines = text.lines().count();
        (lines > FILE_LINES).then(|| format!("{path}: {lines} lines"))
    });
    assert_none("a file has at most 400 lines", &long.collect::<Vec<_>>());
}

#[test]
fn no_line_is_too_wide() {
    let wide = tree::rust()
        .into_iter()
        .flat_map(|File { path, text }| wide_lines(&path, &text));
    assert_none("a line has at most 100 columns", &wide.collect::<Vec<_>>());
}

#[test]
fn no_function_is_too_long() {
    let long = tree::rust()
        .into_iter()
        .flat_map(|File { path, text }| long_functions(&path, &text));
    assert_none("a function has at most 60 lines", &long.collect::<Vec<_>>());
}

#[test]
fn the_architecture_stays_readable_at_once() {
    let lines = tree::read("ARCHITECTURE.md").lines().count();
    assert!(
        lines <= ARCHITECTURE_LINES,
        "ARCHITECTURE.md has {lines} lines"
    );
}

fn wide_lines(path: &str, text: &str) -> Vec<String> {
    let numbered = text.lines().enumerate();
    let wide = numbered.filter(|(_, line)| line.chars().count() > COLUMNS);
    wide.map(|(at, line)| format!("{path}:{}: {} columns", at + 1, line.chars().count()))
        .collect()
}

fn long_functions(path: &str, text: &str) -> Vec<String> {
    let functions = functions(&code_only(text)).into_iter();
    let long = functions.filter(|function| function.lines > FUNCTION_LINES);
    long.map(|f| format!("{path}:{}: {} has {} lines", f.line, f.name, f.lines))
        .collect()
}

#[test]
fn one_line_or_column_too_many_is_found() {
    let fits = format!("fn f() {{\n{}}}\n", "    x();\n".repeat(FUNCTION_LINES - 2));
    assert_eq!(long_functions("a.rs", &fits), [""; 0]);
    let long = format!("fn f() {{\n{}}}\n", "    x();\n".repeat(FUNCTION_LINES - 1));
    assert_eq!(long_functions("a.rs", &long), ["a.rs:1: f has 61 lines"]);
    assert_eq!(wide_lines("a.rs", &"ñ".repeat(COLUMNS)), [""; 0]);
    assert_eq!(
        wide_lines("a.rs", &"ñ".repeat(COLUMNS + 1)),
        ["a.rs:1: 101 columns"]
    );
}
