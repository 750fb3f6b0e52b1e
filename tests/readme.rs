//! The README's program, run as a new user would: in a package of its own, with default features.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A program longer than this is no longer a first impression.
const MAIN_LINES: usize = 40;

#[test]
fn the_program_of_the_readme_runs() {
    let package = package(&program("README.md"));
    let mut out = run(&package, &["--offline"]);
    if unresolved(&out) {
        out = run(&package, &[]);
    }
    let (stdout, stderr) = (text(&out.stdout), text(&out.stderr));
    assert!(out.status.success(), "{}\n{stdout}\n{stderr}", out.status);
}

#[test]
fn both_readmes_show_the_same_program() {
    assert_eq!(program("README.md"), program("README.es.md"));
}

#[test]
fn the_program_fits_on_a_screen() {
    let lines = main_lines(&program("README.md"));
    assert!(lines <= MAIN_LINES, "main of the README has {lines} lines");
}

/// The first Rust block of a page.
fn program(page: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let page = fs::read_to_string(path).unwrap_or_else(|error| panic!("{page}: {error}"));
    first_block(&page).unwrap_or_else(|| panic!("no Rust block in {page}"))
}

fn first_block(page: &str) -> Option<String> {
    let mut lines = page.lines().skip_while(|line| line.trim_end() != "```rust");
    lines.next()?;
    let block: Vec<&str> = lines.take_while(|line| line.trim_end() != "```").collect();
    Some(block.join("\n") + "\n")
}

/// The lines of `main`, from its signature to the brace in the first column that closes it.
fn main_lines(program: &str) -> usize {
    let mut lines = program
        .lines()
        .skip_while(|line| !line.contains("fn main("));
    assert!(lines.next().is_some(), "the program has no main");
    let body = lines.by_ref().take_while(|line| *line != "}").count();
    body + 2
}

/// The target directory: most of what the program needs is compiled there already.
fn target() -> &'static Path {
    let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
    tmp.parent()
        .expect("cargo makes it inside the target directory")
}

fn package(program: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let package = target().join("readme").join("package");
    let manifest = include_str!("readme/Cargo.toml.in");
    // A literal TOML string takes a path of any system as it is, but for a quote.
    let manifest = manifest.replace("\"@ROOT@\"", &format!("'{}'", root.display()));
    fs::create_dir_all(package.join("src")).expect("the package's folder");
    fs::write(package.join("Cargo.toml"), manifest).expect("the package's manifest");
    fs::write(package.join("src/main.rs"), program).expect("the package's program");
    // With our lock file the package resolves to what is downloaded already.
    fs::copy(root.join("Cargo.lock"), package.join("Cargo.lock")).expect("the package's lock");
    package
}

fn run(package: &Path, flags: &[&str]) -> Output {
    let elsewhere = tempfile::tempdir().expect("a folder for what the program writes");
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["run", "--quiet", "--manifest-path"])
        .arg(package.join("Cargo.toml"))
        .args(flags);
    cargo
        .env("CARGO_TARGET_DIR", target())
        .current_dir(elsewhere.path());
    cargo.output().expect("cargo runs")
}

/// Whether cargo could not even begin, for want of a download.
fn unresolved(out: &Output) -> bool {
    let stderr = text(&out.stderr);
    !out.status.success() && stderr.contains("--offline")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_first_block_is_taken_whole() {
    let page = "a\n```toml\nx\n```\n```rust\nfn main() {}\n\n// end\n```\n```rust\nother\n```\n";
    assert_eq!(
        first_block(page).as_deref(),
        Some("fn main() {}\n\n// end\n")
    );
    assert_eq!(first_block("```text\nx\n```"), None);
}

#[test]
fn the_lines_of_main_are_counted() {
    assert_eq!(
        main_lines("use x;\n\nasync fn main() -> R {\n    a();\n}\n\nfn b() {\n}\n"),
        3
    );
}
