//! How the boxes of a form stand.

use pregon_core::{
    AddressKind, ChannelName, Class, Consent, Permission, Purpose, PurposeScope, Word,
};

use super::{Known, Menu, Spoken};

/// How a box stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    On,
    Off,
    /// Off, and no form with this token changes it.
    Locked(Why),
}

/// Why a box cannot be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// The person called a message spam.
    Complained,
    /// The address takes nothing.
    Bounced,
    /// The person asked for nothing at all by this channel.
    Stopped,
    /// The business has it so in its own books.
    Source,
    /// The person refused at another address, and only a link that went there speaks for it.
    Elsewhere,
}

/// The boxes of a form, in the order of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Boxes {
    pub(crate) channels: Vec<(ChannelName, State)>,
    pub(crate) purposes: Vec<PurposeBox>,
}

/// The box of a purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PurposeBox {
    pub(crate) purpose: Purpose,
    pub(crate) class: Class,
    pub(crate) state: State,
    /// Whether it is refused on every channel, and not merely never agreed to.
    pub(crate) refused: bool,
    /// Channels by which it is refused, where it is not on all.
    pub(crate) except: Vec<ChannelName>,
}

/// How the boxes stand for what is known.
pub(crate) fn boxes(known: &Known, menu: &Menu) -> Boxes {
    let channels = menu.channels.iter();
    let purposes = menu.purposes.iter();
    Boxes {
        channels: channels
            .map(|(channel, kind)| (channel.clone(), known.channel(channel, kind)))
            .collect(),
        purposes: purposes
            .map(|(purpose, class)| known.purpose(menu, purpose, *class))
            .collect(),
    }
}

impl Known {
    fn channel(&self, channel: &ChannelName, kind: &AddressKind) -> State {
        let mut liftable = false;
        for refusal in self.refusals(channel, kind) {
            if !refusal.can_be_lifted() {
                return State::Locked(why(refusal));
            }
            liftable = true;
        }
        let in_source = |it: &Permission| {
            let here = it.channel.as_ref().is_none_or(|its| its == channel);
            !it.granted && it.purpose.is_none() && here
        };
        if self.permissions.iter().any(in_source) {
            return State::Locked(Why::Source);
        }
        let agreed = |it: &Spoken| it.said.word == Word::OptIn && it.reaches(channel, kind);
        let granted =
            |it: &Permission| it.granted && it.channel.as_ref().is_none_or(|its| its == channel);
        let consents = self.consent == Consent::OptOut
            || self.words.iter().any(agreed)
            || self.permissions.iter().any(granted);
        if liftable || !consents {
            State::Off
        } else {
            State::On
        }
    }

    fn purpose(&self, menu: &Menu, purpose: &Purpose, class: Class) -> PurposeBox {
        let refuses = |channel: &ChannelName, kind: &AddressKind| {
            let of_it = |it: &&Spoken| match &it.said.scope.purpose {
                PurposeScope::One(one) => one == purpose,
                _ => false,
            };
            let mut refusals = self.words.iter().filter(|it| it.is_refusal()).filter(of_it);
            refusals.any(|it| it.reaches(channel, kind))
        };
        let refused = menu
            .channels
            .iter()
            .filter(|(channel, kind)| refuses(channel, kind));
        let except: Vec<ChannelName> = refused.map(|(channel, _)| channel.clone()).collect();
        let everywhere = |it: &Spoken| {
            let scope = &it.said.scope;
            let all = scope.channel.is_none() && it.kind.is_none();
            it.is_refusal() && all && scope.purpose == PurposeScope::One(purpose.clone())
        };
        let promotional = class == Class::Promotional;
        let in_source = |it: &Permission| {
            promotional
                && !it.granted
                && it.channel.is_none()
                && it.purpose.as_ref() == Some(purpose)
        };
        let mut channels = menu.channels.iter();
        let consents = !promotional
            || self.consent == Consent::OptOut
            || channels.any(|(channel, kind)| self.consents(channel, kind, purpose));
        let all = !menu.channels.is_empty() && except.len() == menu.channels.len();
        let refused = all || self.words.iter().any(everywhere);
        let state = if self.permissions.iter().any(in_source) {
            State::Locked(Why::Source)
        } else if refused || !consents {
            State::Off
        } else {
            State::On
        };
        PurposeBox {
            purpose: purpose.clone(),
            class,
            except: if refused { Vec::new() } else { except },
            refused,
            state,
        }
    }
}

fn why(refusal: &Spoken) -> Why {
    let Spoken { said, own, .. } = refusal;
    // The words that follow from what came back are named after it.
    let followed = |kind: &str| said.source.starts_with(kind);
    if followed("complained") {
        Why::Complained
    } else if followed("bounced_hard") {
        Why::Bounced
    } else if !own && said.scope.purpose != PurposeScope::Everything {
        Why::Elsewhere
    } else {
        Why::Stopped
    }
}
