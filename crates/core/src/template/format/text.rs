//! Names, lists and links.

use std::fmt::Write;

use super::language::Language;

/// Every word with one capital: `MARÍA JOSÉ` and `maría josé` become `María José`.
pub(in super::super) fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        match inside {
            true => out.extend(c.to_lowercase()),
            false => out.extend(c.to_uppercase()),
        }
        inside = c.is_alphanumeric() || (inside && matches!(c, '\'' | '’'));
    }
    out
}

/// The first word of a full name. One in capitals or small letters only gets one capital; one
/// with both, such as `McAdam`, is as its owner writes it.
pub(in super::super) fn first_name(text: &str) -> String {
    let first = text.split_whitespace().next().unwrap_or_default();
    let mixed = first.chars().any(char::is_lowercase) && first.chars().any(char::is_uppercase);
    if mixed {
        first.to_owned()
    } else {
        title(first)
    }
}

/// Everything but unreserved characters as `%XX`: safe in any place of a URL after its host.
pub(in super::super) fn percent_encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// `a, b y c`, with `e` where Spanish wants it: before an i sound.
pub(in super::super) fn listed(items: &[String], language: Language) -> String {
    let [before @ .., last] = items else {
        return String::new();
    };
    if before.is_empty() {
        return last.clone();
    }
    let and = match language {
        Language::English => "and",
        Language::Spanish if sounds_like_i(last) => "e",
        Language::Spanish => "y",
    };
    format!("{} {and} {last}", before.join(", "))
}

fn sounds_like_i(word: &str) -> bool {
    let word = word.to_lowercase();
    let sound = word.strip_prefix('h').unwrap_or(&word);
    // `hielo` and `ion` begin with a y sound: they keep `y`.
    let glide = ["ie", "ia", "io", "iu"]
        .iter()
        .any(|start| sound.starts_with(start));
    sound.starts_with(['i', 'í']) && !glide
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (full, first, titled) in [
            ("ANA MARÍA PÉREZ", "Ana", "Ana María Pérez"),
            ("  josé o'higgins ", "José", "  José O'higgins "),
            ("McAdam Ruiz", "McAdam", "Mcadam Ruiz"),
            ("ñandú-lópez", "Ñandú-López", "Ñandú-López"),
            ("", "", ""),
        ] {
            assert_eq!(
                (first_name(full).as_str(), title(full).as_str()),
                (first, titled)
            );
        }
    }

    #[test]
    fn percent() {
        assert_eq!(
            percent_encoded("Peña & hijos?=/~"),
            "Pe%C3%B1a%20%26%20hijos%3F%3D%2F~"
        );
    }

    #[test]
    fn lists() {
        for (items, spanish) in [
            (&[][..], ""),
            (&["corte"], "corte"),
            (&["corte", "color"], "corte y color"),
            (&["corte", "color", "Infusión"], "corte, color e Infusión"),
            (&["agua", "hielo"], "agua y hielo"),
            (&["madre", "hija"], "madre e hija"),
        ] {
            let items: Vec<String> = items.iter().map(|item| (*item).to_owned()).collect();
            assert_eq!(listed(&items, Language::Spanish), spanish);
        }
        let two = ["a".to_owned(), "b".to_owned()];
        assert_eq!(listed(&two, Language::English), "a and b");
    }
}
