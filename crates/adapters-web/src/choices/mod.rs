//! What a person has said, as boxes of a form, and what a form says, as words. Pure.
//!
//! A message goes out when its channel and its purpose are both wanted. So there is a box for each
//! channel and one for each purpose, and no table of both that nobody reads on a phone.
//!
//! **Invariant:** a form takes back only refusals of the subjects that its token names, that speak
//! of promotional messages or of one purpose, and that were not left behind by somebody who was
//! forgotten. A complaint, a dead address and STOP refuse everything on a channel: no box speaks of
//! everything, so no form can take them back.

mod boxes;
mod known;
mod said;
#[cfg(test)]
mod tests;

pub(crate) use boxes::{Boxes, State, Why, boxes};
pub(crate) use known::{Known, Spoken, in_force};
pub(crate) use said::{Wanted, said};

use pregon_core::{AddressKind, ChannelName, Class, Purpose};

/// What a page offers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Menu {
    /// The channels, with the kind of address that each goes to.
    pub(crate) channels: Vec<(ChannelName, AddressKind)>,
    /// Channels that there are beside them.
    pub(crate) unshown: Vec<ChannelName>,
    /// The purposes.
    pub(crate) purposes: Vec<(Purpose, Class)>,
}
