//! The arguments of a task, read by hand: a parser would take longer to compile than the rest.

use crate::Result;

/// The arguments not read yet.
pub(crate) struct Args(std::vec::IntoIter<String>);

impl Args {
    /// The arguments of this process, without its name.
    pub(crate) fn from_env() -> Self {
        let args: Vec<String> = std::env::args().skip(1).collect();
        Self(args.into_iter())
    }

    /// The next argument.
    pub(crate) fn next(&mut self) -> Option<String> {
        self.0.next()
    }

    /// The positive number that must follow `flag`.
    pub(crate) fn number(&mut self, flag: &str) -> Result<u32> {
        let given = self.next().ok_or(format!("{flag} needs a number"))?;
        match given.parse() {
            Ok(0) | Err(_) => Err(format!("{flag} needs a positive number, not {given:?}")),
            Ok(number) => Ok(number),
        }
    }

    /// Refuses whatever is left.
    pub(crate) fn end(&mut self) -> Result {
        match self.next() {
            None => Ok(()),
            Some(rest) => Err(format!("unexpected argument {rest:?}")),
        }
    }
}

#[cfg(test)]
impl From<&[&str]> for Args {
    fn from(args: &[&str]) -> Self {
        let args: Vec<String> = args.iter().map(ToString::to_string).collect();
        Self(args.into_iter())
    }
}
