//! Blocks of fields, as reports and headers have them.

/// The longest value that is kept of a field.
const MOST_CHARS: usize = 2000;
/// The most fields of a block.
const MOST_FIELDS: usize = 500;

/// One block: names in lower case, values unfolded.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// The block that begins a text, up to the first empty line.
    pub(super) fn first(text: &[u8]) -> Self {
        let mut blocks = Self::blocks(text);
        if blocks.is_empty() {
            Self::default()
        } else {
            blocks.swap_remove(0)
        }
    }

    /// All blocks; empty lines are between them.
    pub(super) fn blocks(text: &[u8]) -> Vec<Self> {
        const MOST_BLOCKS: usize = 200;
        let text = String::from_utf8_lossy(text);
        let mut blocks = vec![Self::default()];
        for line in text.lines() {
            let last = blocks.len() - 1;
            let block = &mut blocks[last];
            if line.trim().is_empty() {
                if !block.0.is_empty() {
                    if blocks.len() == MOST_BLOCKS {
                        break;
                    }
                    blocks.push(Self::default());
                }
            } else {
                block.add(line);
            }
        }
        blocks.retain(|block| !block.0.is_empty());
        blocks
    }

    /// A field's value.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut fields = self.0.iter();
        fields.find_map(|(of, value)| (of == name).then_some(value.as_str()))
    }

    fn add(&mut self, line: &str) {
        if line.starts_with([' ', '\t']) {
            let last = self.0.last_mut().map(|(_, value)| value);
            if let Some(value) = last.filter(|value| value.len() < MOST_CHARS) {
                value.push(' ');
                value.extend(line.trim().chars().take(MOST_CHARS));
            }
            return;
        }
        let Some((name, value)) = line.split_once(':') else {
            return;
        };
        if self.0.len() < MOST_FIELDS {
            let value = value.trim().chars().take(MOST_CHARS).collect();
            self.0.push((name.trim().to_ascii_lowercase(), value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_folded_lines() {
        let text = b"\r\nA: 1\r\n 2\r\n\t3\r\n\r\n \r\nB : x:y \nno field\n: z\r\n\r\n";
        let blocks = Fields::blocks(text);
        assert_eq!(blocks.len(), 2);
        assert_eq!(blocks[0].get("a"), Some("1 2 3"));
        assert_eq!(
            (blocks[1].get("b"), blocks[1].get("a")),
            (Some("x:y"), None)
        );
        assert_eq!(Fields::first(b""), Fields::default());
        let long = format!("A: {}\n {}\n", "x".repeat(9000), "y".repeat(9000));
        assert!(Fields::first(long.as_bytes()).get("a").unwrap().len() <= 4001);
        assert!(Fields::blocks("A: x\n\n".repeat(9000).as_bytes()).len() <= 200);
    }
}
