//! From a place in a text to the place in the file in which the text is written with its quotes.

/// The byte of `raw`, a value as it is written, that stands for a line and a column of `text`.
///
/// Both are walked side by side. Quotes, escapes and the indentation that YAML takes away are
/// stepped over; where the two cannot be matched the walk stops, and what was matched last counts.
pub(super) fn raw_offset(raw: &str, text: &str, line: u32, column: u32) -> usize {
    let wanted = char_index(text, line, column);
    let mut walk = Walk::new(raw);
    for (n, c) in text.chars().enumerate() {
        let Some(at) = walk.step(c) else { break };
        if n == wanted {
            return at;
        }
    }
    walk.at.min(raw.len())
}

/// How many characters stand before a line and a column, both from 1.
fn char_index(text: &str, line: u32, column: u32) -> usize {
    let before: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1) as usize)
        .map(|line| line.chars().count())
        .sum();
    before + column.saturating_sub(1) as usize
}

struct Walk<'a> {
    raw: &'a str,
    at: usize,
    escapes: bool,
}

impl<'a> Walk<'a> {
    fn new(raw: &'a str) -> Self {
        let quotes = ["\"\"\"", "'''", "\"", "'"];
        let quote = quotes.into_iter().find(|quote| raw.starts_with(quote));
        let mut at = quote.map_or(0, str::len);
        // The line of `|` or `>` belongs to YAML, and a line break after three quotes to TOML.
        if raw.starts_with(['|', '>']) {
            at = raw.find('\n').map_or(raw.len(), |end| end + 1);
        } else if at == 3 {
            let rest = &raw[at..];
            at += ["\r\n", "\n"]
                .into_iter()
                .find(|end| rest.starts_with(end))
                .map_or(0, str::len);
        }
        Self {
            raw,
            at,
            escapes: raw.starts_with('"'),
        }
    }

    /// Steps over what stands for a character and gives where that begins.
    fn step(&mut self, wanted: char) -> Option<usize> {
        loop {
            let rest = self.raw.get(self.at..)?;
            let next = rest.chars().next()?;
            let begins = self.at;
            if self.escapes && next == '\\' {
                let length = escape_len(rest);
                self.at += length;
                if length > 0 && !rest[1..].starts_with(['\n', '\r']) {
                    return Some(begins);
                }
                continue;
            }
            if next == wanted {
                self.at += next.len_utf8();
                // In single quotes of YAML a quote is written twice.
                if next == '\'' && self.raw.starts_with('\'') && rest[1..].starts_with('\'') {
                    self.at += 1;
                }
                return Some(begins);
            }
            if wanted == ' ' && next == '\n' {
                self.at += rest.len() - rest.trim_start().len();
                return Some(begins);
            }
            if !next.is_whitespace() {
                return None;
            }
            self.at += next.len_utf8();
        }
    }
}

/// How many bytes an escape has; one at the end of a line takes the blanks that follow with it.
fn escape_len(rest: &str) -> usize {
    match rest[1..].chars().next() {
        None => 0,
        Some('x') => 4.min(rest.len()),
        Some('u') => 6.min(rest.len()),
        Some('U') => 10.min(rest.len()),
        Some('\n' | '\r') => rest.len() - rest[1..].trim_start().len(),
        Some(other) => 1 + other.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use super::raw_offset;

    #[track_caller]
    fn check(raw: &str, text: &str, (line, column): (u32, u32), found: &str) {
        let offset = raw_offset(raw, text, line, column);
        assert!(raw[offset..].starts_with(found), "{:?}", &raw[offset..]);
    }

    #[test]
    fn one_line() {
        check(r#""Hola {{x}}""#, "Hola {{x}}", (1, 6), "{{x");
        check("'Hola {{x}}'", "Hola {{x}}", (1, 8), "x}}");
        check("Hola {{x}}", "Hola {{x}}", (1, 1), "Hola");
    }
    #[test]
    fn escapes_are_one_character() {
        check(r#""a\"\u00f1\n{{x}}""#, "a\"ñ\n{{x}}", (2, 3), "x}}");
        check(r#""\\{{x}}""#, "\\{{x}}", (1, 2), "{{x");
        check("'a''b{{x}}'", "a'b{{x}}", (1, 4), "{{x");
    }
    #[test]
    fn many_lines() {
        check(
            "\"\"\"\nuno\ndos {{x}}\"\"\"",
            "uno\ndos {{x}}",
            (2, 5),
            "{{x",
        );
        check("'''uno\ndos {{x}}'''", "uno\ndos {{x}}", (2, 5), "{{x");
        check("|\n  uno\n  dos {{x}}\n", "uno\ndos {{x}}\n", (2, 5), "{{x");
        check(">\n  uno\n  dos {{x}}\n", "uno dos {{x}}\n", (1, 9), "{{x");
        check(
            "\"\"\"uno \\\n   dos {{x}}\"\"\"",
            "uno dos {{x}}",
            (1, 9),
            "{{x",
        );
    }
    #[test]
    fn what_is_beyond_the_end_is_the_end() {
        assert_eq!(raw_offset("\"abc\"", "abc", 9, 9), 4);
        assert_eq!(raw_offset("", "abc", 1, 1), 0);
    }
}
