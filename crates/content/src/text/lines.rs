//! Words into lines.

use super::join;

/// Most characters of a line, but for words that are longer by themselves.
const WIDTH: usize = 76;

/// What comes before a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    Line,
    Paragraph,
}

/// A word, or a tag of the template.
#[derive(Debug)]
struct Word {
    text: String,
    /// Whether no blank comes before it.
    glued: bool,
}

/// Words into lines.
#[derive(Debug, Default)]
pub(super) struct Lines {
    done: String,
    /// The line at hand.
    words: Vec<Word>,
    /// Whether the next word is glued to the last.
    glued: bool,
    /// What comes before the line at hand.
    gap: Gap,
    /// Whether the line at hand has something besides tags of blocks.
    says: bool,
    /// Whether a line that says something came after the last empty one.
    said: bool,
    /// Where in the words a link began.
    link_at: Option<usize>,
    /// A link that ended and may be alone on its line: where it began and leads.
    ended: Option<(usize, String)>,
}

impl Lines {
    /// Words, with the blanks around them.
    pub(super) fn words(&mut self, text: &str) {
        if text.starts_with(char::is_whitespace) {
            self.glued = false;
        }
        for word in text.split_whitespace() {
            self.says = true;
            self.push(word);
            self.glued = false;
        }
        if !text.is_empty() {
            self.glued = !text.ends_with(char::is_whitespace);
        }
    }

    /// A tag of the template; a tag of a block says nothing by itself.
    pub(super) fn tag(&mut self, tag: &str, says: bool) {
        self.says |= says;
        self.push(tag);
        self.glued = true;
    }

    fn push(&mut self, word: &str) {
        self.write_link(false);
        self.words.push(Word {
            text: word.to_owned(),
            glued: self.glued,
        });
    }

    pub(super) fn link_begins(&mut self) {
        self.write_link(false);
        self.link_at = Some(self.words.len());
    }

    pub(super) fn link_ends(&mut self, link: &str) {
        let Some(from) = self.link_at.take() else {
            return;
        };
        let from = from.min(self.words.len());
        let shown = joined(&self.words[from..]).join(" ");
        let schemes = ["mailto:", "tel:"].iter();
        let bare = schemes.filter_map(|it| link.strip_prefix(it)).next();
        let bare = bare.unwrap_or(link);
        let same = |text: &str| text.trim_end_matches('/') == bare.trim_end_matches('/');
        if !same(&shown) && !same(&format!("https://{shown}")) {
            self.ended = Some((from, bare.to_owned()));
        }
    }

    /// Writes the link that ended: after a colon when it is all of its line, else in parentheses.
    fn write_link(&mut self, line_ends: bool) {
        let Some((from, link)) = self.ended.take() else {
            return;
        };
        let text = match (self.words.len() > from, line_ends && from == 0) {
            (false, _) => link,
            (true, false) => format!("({link})"),
            (true, true) => {
                let last = self.words.last_mut();
                if let Some(last) = last.filter(|last| !last.text.ends_with(':')) {
                    last.text.push(':');
                }
                link
            }
        };
        self.says = true;
        self.words.push(Word { text, glued: false });
    }

    /// Ends the line.
    pub(super) fn line(&mut self) {
        self.flush();
    }

    /// Ends the paragraph.
    pub(super) fn paragraph(&mut self) {
        self.flush();
        self.gap = Gap::Paragraph;
    }

    /// A line across.
    pub(super) fn rule(&mut self) {
        self.paragraph();
        self.words("---");
        self.paragraph();
    }

    pub(super) fn finish(mut self) -> String {
        self.flush();
        self.done
    }

    fn flush(&mut self) {
        self.write_link(true);
        self.glued = false;
        let words = std::mem::take(&mut self.words);
        if words.is_empty() {
            return;
        }
        // A line of nothing but tags of blocks goes when it is rendered. So between two lines that
        // say something there is at most one empty line, and it stands as early as it can: then it
        // goes with a block that is left out.
        if self.gap == Gap::Paragraph && std::mem::take(&mut self.said) {
            self.done.push('\n');
        }
        self.gap = Gap::Line;
        if std::mem::take(&mut self.says) {
            self.said = true;
            self.wrapped(&joined(&words));
        } else {
            for word in words {
                self.done.push_str(&word.text);
                self.done.push('\n');
            }
        }
    }

    fn wrapped(&mut self, words: &[String]) {
        let mut width = 0;
        for word in words {
            let long = word.chars().count();
            if width > 0 && width + 1 + long > WIDTH {
                self.done.push('\n');
                width = 0;
            }
            if width > 0 {
                self.done.push(' ');
                width += 1;
            }
            self.done.push_str(word);
            width += long;
        }
        self.done.push('\n');
    }
}

/// The words with those together that no blank parts.
fn joined(words: &[Word]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for word in words {
        match all.last_mut().filter(|_| word.glued) {
            Some(last) => join(last, &word.text),
            None => all.push(word.text.clone()),
        }
    }
    all
}
