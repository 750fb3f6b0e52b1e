//! Rust source reduced to what is code, so that words in literals and comments raise no alarm.

/// The same text with comments and the insides of literals blanked; lines and columns stay.
pub(crate) fn code_only(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = token_end(&chars, at);
        if end == at + 1 {
            code.push(chars[at]);
        } else {
            code.extend(
                chars[at..end]
                    .iter()
                    .map(|c| if *c == '\n' { '\n' } else { ' ' }),
            );
        }
        at = end;
    }
    code
}

/// Where the comment or literal that begins here ends; for anything else, the next character.
fn token_end(chars: &[char], at: usize) -> usize {
    let rest = &chars[at..];
    let length = match rest {
        ['/', '/', ..] => rest.iter().position(|c| *c == '\n').unwrap_or(rest.len()),
        ['/', '*', ..] => block_comment(rest),
        ['"', ..] => string(rest),
        ['r', '#' | '"', ..] if !in_word(chars, at) => raw_string(rest).unwrap_or(1),
        ['b', 'r', '#' | '"', ..] if !in_word(chars, at) => {
            raw_string(&rest[1..]).map_or(1, |length| length + 1)
        }
        ['\'', '\\', _, after @ ..] => after.iter().position(|c| *c == '\'').map_or(1, |p| p + 4),
        ['\'', _, '\'', ..] => 3,
        _ => 1,
    };
    at + length
}

fn in_word(chars: &[char], at: usize) -> bool {
    at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_')
}

fn block_comment(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at + 1 < rest.len() {
        match (rest[at], rest[at + 1]) {
            ('/', '*') => (depth, at) = (depth + 1, at + 2),
            ('*', '/') if depth == 1 => return at + 2,
            ('*', '/') => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    rest.len()
}

fn string(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// `None` for a raw identifier such as `r#move`.
fn raw_string(rest: &[char]) -> Option<usize> {
    let hashes = rest[1..].iter().take_while(|c| **c == '#').count();
    let body = hashes + 2;
    if rest.get(body - 1) != Some(&'"') {
        return None;
    }
    let close: Vec<char> = std::iter::once('"')
        .chain(std::iter::repeat_n('#', hashes))
        .collect();
    let length = rest[body..]
        .windows(close.len())
        .position(|window| *window == close[..]);
    Some(length.map_or(rest.len(), |length| body + length + close.len()))
}

/// A function's name, the line on which it begins and the number of its lines.
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) lines: usize,
}

/// The functions with a body that begin a line of this code, outer and inner ones alike.
pub(crate) fn functions(code: &str) -> Vec<Function> {
    let lines: Vec<&str> = code.lines().collect();
    let begins = lines.iter().enumerate();
    let named = begins.filter_map(|(at, line)| Some((at, function_name(line)?)));
    let bodies = named.filter_map(|(at, name)| {
        let lines = body_lines(&lines[at..])?;
        Some(Function {
            name: name.to_owned(),
            line: at + 1,
            lines,
        })
    });
    bodies.collect()
}

fn function_name(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("fn ")?;
    let known = |word: &str| {
        word.starts_with("pub")
            || matches!(word, "async" | "const" | "unsafe" | "extern" | "crate)")
    };
    before
        .split_whitespace()
        .all(known)
        .then(|| after.split(['(', '<']).next().unwrap_or(after))
}

/// Lines up to the brace that closes the body; `None` where a semicolon ends the signature.
fn body_lines(lines: &[&str]) -> Option<usize> {
    let (mut braces, mut brackets) = (0_usize, 0_usize);
    for (at, line) in lines.iter().enumerate() {
        for c in line.chars() {
            match c {
                '(' | '[' => brackets += 1,
                ')' | ']' => brackets = brackets.saturating_sub(1),
                ';' if braces == 0 && brackets == 0 => return None,
                '{' => braces += 1,
                '}' if braces == 1 => return Some(at + 1),
                '}' => braces = braces.saturating_sub(1),
                _ => {}
            }
        }
    }
    None
}

#[track_caller]
fn check_code(text: &str, expected: &str) {
    assert_eq!(code_only(text), expected);
}

#[test]
fn literals_and_comments_are_blanked() {
    check_code(r#"let a = "{"; // }"#, "let a =    ;     ");
    check_code("a /* { /* } */ */ b", "a                 b");
    check_code(
        r##"f(r#"{"#, 'x', '{', '\'', '\u{7b}')"##,
        "f(      ,    ,    ,     ,         )",
    );
    check_code("br\"{\" b'{' r#move", "      b    r#move");
}

#[test]
fn lifetimes_and_words_stay() {
    check_code(
        "fn f<'a>(x: &'a str) { bar\"}\" }",
        "fn f<'a>(x: &'a str) { bar    }",
    );
}

#[track_caller]
fn check_functions(code: &str, expected: &[(&str, usize, usize)]) {
    let found = functions(code);
    let found: Vec<_> = found
        .iter()
        .map(|f| (f.name.as_str(), f.line, f.lines))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn functions_are_found_with_their_lines() {
    check_functions(
        "\npub(crate) async fn a<T>(x: T)\n{\n  if x {\n}\n}\n",
        &[("a", 2, 5)],
    );
    check_functions(
        "  fn b() {}\nfn c() {\n fn d() {\n }\n}",
        &[("b", 1, 1), ("c", 2, 4), ("d", 3, 2)],
    );
}

#[test]
fn declarations_and_types_of_functions_are_none() {
    check_functions("fn a(x: [u8; 4])\n -> u8;\nlet f: fn (u8) = {\n};\n", &[]);
}
