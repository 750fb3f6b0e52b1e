//! For hosts that test their own campaigns.

#[cfg(test)]
mod sample;

#[cfg(test)]
pub(crate) use sample::candidate;
