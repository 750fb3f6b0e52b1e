//! Where in the HTML a value would be written: the reading of the literal text around the tags.
//!
//! Escaping makes a value harmless in text and in quoted attribute values, nowhere else. So this
//! machine follows the literal text as a browser would, says for each value whether its place is
//! safe, and asks for a check at rendering where the value begins a link. Whatever a browser
//! would have to repair is refused rather than followed.

use super::error::{Found, Mistake};
use super::html_rules as rules;
use super::link::{self, Verdict};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Text,
    /// After `<`.
    Begun,
    TagName(String),
    EndTag,
    /// Between attributes.
    Tag,
    AttributeName(String),
    /// After an attribute's name and a blank.
    AfterName,
    /// After `=`.
    BeforeValue,
    /// In a value: its quote, and while the scheme of a link is open, the text so far.
    Value {
        quote: Option<char>,
        link: Option<String>,
    },
    /// In `<style>`, `<title>` or `<textarea>`; `end` is how much of its end tag was read.
    Raw {
        end: String,
    },
    /// After `<!` or `<?`.
    Declaration(String),
    Comment {
        dashes: u8,
        bang: bool,
        start: String,
    },
}

impl Place {
    /// The place in words, for messages.
    pub(super) fn words(&self) -> &'static str {
        match self {
            Place::Text => "in text",
            Place::Begun | Place::TagName(_) | Place::EndTag => "in the name of a tag",
            Place::Tag | Place::AttributeName(_) | Place::AfterName => "inside a tag",
            Place::BeforeValue | Place::Value { quote: None, .. } => {
                "in an attribute without quotes"
            }
            Place::Value { link: Some(_), .. } => "at the beginning of a link",
            Place::Value { .. } => "in an attribute",
            Place::Raw { .. } => "in style or title",
            Place::Declaration(_) => "in a declaration",
            Place::Comment { .. } => "in a comment",
        }
    }
}

/// How a value must be written at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Write {
    Plain,
    /// It begins a link: its scheme is checked when it is rendered.
    Link,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Html {
    pub(super) place: Place,
    tag: String,
    attribute: String,
    /// Literal text of the attribute value or of the style element.
    value: String,
    /// Inside `<!--[if …]>`: Outlook reads HTML there, browsers one long comment.
    conditional: bool,
    /// A value was written just before.
    after_value: bool,
}

impl Html {
    pub(super) fn new() -> Html {
        Html {
            place: Place::Text,
            tag: String::new(),
            attribute: String::new(),
            value: String::new(),
            conditional: false,
            after_value: false,
        }
    }

    /// Whether two branches end alike. The literal text of a value may differ, its place not.
    pub(super) fn same(&self, other: &Html) -> bool {
        let (tag, attribute) = match self.place {
            Place::Tag | Place::AttributeName(_) | Place::Raw { .. } => (true, false),
            Place::AfterName | Place::BeforeValue | Place::Value { .. } => (true, true),
            _ => (false, false),
        };
        self.place == other.place
            && self.conditional == other.conditional
            && (!tag || self.tag == other.tag)
            && (!attribute || self.attribute == other.attribute)
    }

    /// Follows literal text that begins at byte `at` of its source.
    pub(super) fn text(&mut self, text: &str, at: usize) -> Result<(), Found> {
        for (offset, c) in text.char_indices() {
            self.step(c)
                .map_err(|mistake| Found::new(at + offset, mistake))?;
        }
        Ok(())
    }

    /// A value at this place.
    pub(super) fn value(&mut self) -> Result<Write, Mistake> {
        self.after_value = true;
        match &mut self.place {
            Place::Text => Ok(Write::Plain),
            Place::Raw { end } if end.is_empty() && self.tag != "style" => Ok(Write::Plain),
            Place::Value { quote: Some(_), .. } if rules::is_fixed(&self.attribute) => {
                Err(Mistake::UnsafePlace("in style or http-equiv"))
            }
            Place::Value {
                quote: Some(_),
                link,
            } => match link.take() {
                None => Ok(Write::Plain),
                Some(prefix) if prefix.is_empty() => Ok(Write::Link),
                Some(_) => Err(Mistake::UnsafeLink),
            },
            place => Err(Mistake::UnsafePlace(place.words())),
        }
    }

    /// The end of the part.
    pub(super) fn end(&self) -> Result<(), Mistake> {
        match self.place {
            Place::Text if !self.conditional => Ok(()),
            Place::Text => Err(Mistake::Html("<!--[if …]> is not closed".to_owned())),
            ref place => Err(Mistake::Html(format!("the text ends {}", place.words()))),
        }
    }

    fn step(&mut self, c: char) -> Result<(), Mistake> {
        if self.conditional && self.after_value && c == '>' {
            // A value of two dashes would end the comment that browsers see here.
            return Err(rules::wrong("write &gt; after a value inside <!--[if …]>"));
        }
        self.after_value &= matches!(c, '-' | '!');
        match std::mem::replace(&mut self.place, Place::Text) {
            Place::Text if c == '<' => self.place = Place::Begun,
            Place::Text => {}
            Place::Begun => self.begun(c),
            Place::TagName(name) => return self.tag_name(name, c),
            Place::EndTag if matches!(c, '<' | '"' | '\'' | '=') => {
                return Err(rules::wrong("unexpected sign in an end tag"));
            }
            Place::EndTag if c != '>' => self.place = Place::EndTag,
            Place::EndTag => {}
            Place::Tag => return self.between(c),
            Place::AttributeName(name) => return self.attribute_name(name, c),
            Place::AfterName if c == '=' => self.place = Place::BeforeValue,
            Place::AfterName => return self.between(c),
            Place::BeforeValue => return self.before_value(c),
            Place::Value { quote, link } => return self.in_value(quote, link, c),
            Place::Raw { end } => return self.raw(end, c),
            Place::Declaration(text) => self.declaration(text, c),
            Place::Comment {
                dashes,
                bang,
                start,
            } => self.comment(dashes, bang, start, c),
        }
        Ok(())
    }

    fn begun(&mut self, c: char) {
        self.place = match c {
            c if c.is_ascii_alphabetic() => Place::TagName(c.to_ascii_lowercase().to_string()),
            '/' => Place::EndTag,
            '!' => Place::Declaration(String::new()),
            '?' => Place::Declaration("?".to_owned()),
            '<' => Place::Begun,
            _ => Place::Text,
        };
    }

    fn tag_name(&mut self, mut name: String, c: char) -> Result<(), Mistake> {
        match c {
            '<' => return Err(rules::wrong("unexpected < in a tag")),
            '>' | '/' | ' ' | '\t' | '\n' | '\r' => {
                rules::element(&name)?;
                self.tag = name;
                return self.between(c);
            }
            c => name.push(c.to_ascii_lowercase()),
        }
        self.place = Place::TagName(name);
        Ok(())
    }

    fn between(&mut self, c: char) -> Result<(), Mistake> {
        self.place = match c {
            '/' | ' ' | '\t' | '\n' | '\r' => Place::Tag,
            '>' => {
                self.value.clear();
                let raw = matches!(self.tag.as_str(), "style" | "title" | "textarea");
                if raw {
                    Place::Raw { end: String::new() }
                } else {
                    Place::Text
                }
            }
            '<' | '"' | '\'' | '=' | '`' => return Err(rules::wrong("unexpected sign in a tag")),
            c => Place::AttributeName(c.to_ascii_lowercase().to_string()),
        };
        Ok(())
    }

    fn attribute_name(&mut self, mut name: String, c: char) -> Result<(), Mistake> {
        match c {
            '<' | '"' | '\'' | '`' => return Err(rules::wrong("unexpected sign in a tag")),
            '=' | '>' | '/' | ' ' | '\t' | '\n' | '\r' => {
                rules::attribute(&name)?;
                self.attribute = name;
                match c {
                    '=' => self.place = Place::BeforeValue,
                    '>' | '/' => return self.between(c),
                    _ => self.place = Place::AfterName,
                }
            }
            c => {
                name.push(c.to_ascii_lowercase());
                self.place = Place::AttributeName(name);
            }
        }
        Ok(())
    }

    fn before_value(&mut self, c: char) -> Result<(), Mistake> {
        self.value.clear();
        let link = rules::is_link(&self.attribute).then(String::new);
        match c {
            ' ' | '\t' | '\n' | '\r' => self.place = Place::BeforeValue,
            '"' | '\'' => {
                self.place = Place::Value {
                    quote: Some(c),
                    link,
                }
            }
            '>' => return Err(rules::wrong("an attribute without its value")),
            c => return self.in_value(None, link, c),
        }
        Ok(())
    }

    fn in_value(
        &mut self,
        quote: Option<char>,
        link: Option<String>,
        c: char,
    ) -> Result<(), Mistake> {
        let ends = match quote {
            Some(quote) => c == quote,
            None => matches!(c, ' ' | '\t' | '\n' | '\r' | '>'),
        };
        if ends {
            if link.is_some() {
                return Err(Mistake::UnsafeLink);
            }
            rules::attribute_value(&self.attribute, &self.value)?;
            self.place = Place::Tag;
            return if quote.is_none() {
                self.between(c)
            } else {
                Ok(())
            };
        }
        if quote.is_none() && matches!(c, '"' | '\'' | '`' | '=' | '<') {
            return Err(rules::wrong("put the value of the attribute in quotes"));
        }
        self.value.push(c);
        let link = match link {
            None => None,
            Some(mut prefix) => {
                prefix.push(c);
                match link::begins(&prefix, rules::local_name(&self.attribute)) {
                    Verdict::Undecided => Some(prefix),
                    Verdict::Allowed => None,
                    Verdict::Refused => return Err(Mistake::UnsafeLink),
                }
            }
        };
        self.place = Place::Value { quote, link };
        Ok(())
    }

    fn raw(&mut self, mut end: String, c: char) -> Result<(), Mistake> {
        let full = self.tag.len() + 2;
        if end.len() == full && matches!(c, '>' | '/' | ' ' | '\t' | '\n' | '\r') {
            if self.tag == "style" {
                rules::css(&self.value)?;
            }
            if c != '>' {
                self.place = Place::EndTag;
            }
            return Ok(());
        }
        self.value.push(c);
        end.push(c.to_ascii_lowercase());
        let wanted = format!("</{}", self.tag);
        if !wanted.starts_with(&end) {
            end = if c == '<' {
                "<".to_owned()
            } else {
                String::new()
            };
        }
        self.place = Place::Raw { end };
        Ok(())
    }

    fn declaration(&mut self, mut text: String, c: char) {
        if c == '>' {
            if text.to_ascii_lowercase().starts_with("[endif]") {
                self.conditional = false;
            }
            return;
        }
        if text.len() < 8 {
            text.push(c);
        }
        self.place = match text.as_str() {
            "--" => Place::Comment {
                dashes: 2,
                bang: false,
                start: String::new(),
            },
            _ => Place::Declaration(text),
        };
    }

    fn comment(&mut self, dashes: u8, bang: bool, mut start: String, c: char) {
        let opens = start == "[if";
        if c == '>' && (opens || dashes == 2 || bang) {
            // `<!-->` ends what browsers took for a comment: from there on both read HTML.
            self.conditional = match start.as_str() {
                "" => false,
                _ => self.conditional || (opens && dashes < 2),
            };
            return;
        }
        let bang = c == '!' && dashes == 2 && !start.is_empty();
        let dashes = if c == '-' { (dashes + 1).min(2) } else { 0 };
        if start.len() < 3 {
            start.push(c.to_ascii_lowercase());
            // Only the beginning `[if` means anything: other comments are all alike.
            if !"[if".starts_with(&start) {
                start = "note".to_owned();
            }
        }
        self.place = Place::Comment {
            dashes,
            bang,
            start,
        };
    }
}
