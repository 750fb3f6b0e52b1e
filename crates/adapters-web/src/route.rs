//! Which page a path leads to.

/// The longest path that is looked at.
const MOST_PATH_BYTES: usize = 2048;

/// The segments before a token.
pub(crate) const PAGES: [&str; 4] = ["u", "p", "o", "c"];

/// A page of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    Unsubscribe,
    Preferences,
    Open,
    Click,
}

/// The page and the token of a path; what comes before them is the host's.
pub(crate) fn route(path: &str) -> Option<(Page, &str)> {
    if path.len() > MOST_PATH_BYTES {
        return None;
    }
    let (before, token) = path.rsplit_once('/')?;
    let page = match before.rsplit('/').next()? {
        "u" => Page::Unsubscribe,
        "p" => Page::Preferences,
        "o" => Page::Open,
        "c" => Page::Click,
        _ => return None,
    };
    Some((page, token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_two_segments_count() {
        for (path, found) in [
            ("/u/t", Some((Page::Unsubscribe, "t"))),
            ("u/t", Some((Page::Unsubscribe, "t"))),
            ("/any/where/p/t", Some((Page::Preferences, "t"))),
            ("/o/t", Some((Page::Open, "t"))),
            ("/c/", Some((Page::Click, ""))),
            ("/u/t/", None),
            ("/U/t", None),
            ("/t", None),
            ("", None),
        ] {
            assert_eq!(route(path), found, "{path}");
        }
        assert_eq!(route(&format!("/u/{}", "a".repeat(MOST_PATH_BYTES))), None);
    }
}
