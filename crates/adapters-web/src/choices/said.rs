//! What a form says, as words.

use std::collections::BTreeSet;

use pregon_core::{
    ChannelName, Class, Preference, PreferenceScope, Purpose, PurposeScope, Subject, Word,
};

use super::boxes::PurposeBox;
use super::{Boxes, Known, Menu, Spoken, State};

/// The boxes that a person ticked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) channels: BTreeSet<ChannelName>,
    pub(crate) purposes: BTreeSet<Purpose>,
}

/// The words that make it so: what is unticked is refused, what is ticked is allowed, and what is
/// so already is not said again. `own` are the token's person, and its address.
///
/// A refusal is said of both, so that it holds for whoever the address belongs to and wherever the
/// person moves. A consent is said of the person alone; of the address only what takes a refusal
/// back.
pub(crate) fn said(
    known: &Known,
    menu: &Menu,
    boxes: &Boxes,
    wanted: &Wanted,
    own: &[Subject],
) -> Vec<Preference> {
    let form = Form {
        known,
        menu,
        boxes,
        wanted,
    };
    let mut words = Vec::new();
    for subject in own {
        let lifted = form.lifted(subject);
        let refused = form.refused().into_iter();
        let new = refused.filter(|scope| !form.holds(subject, scope, &lifted));
        words.extend(new.map(|scope| word(subject, scope, Word::OptOut)));
        words.extend(
            lifted
                .into_iter()
                .map(|scope| word(subject, scope, Word::OptIn)),
        );
    }
    if let Some(person) = own.first() {
        for scope in form.agreed() {
            let agreed = word(person, scope, Word::OptIn);
            if !words.contains(&agreed) {
                words.push(agreed);
            }
        }
    }
    words
}

fn word(subject: &Subject, scope: PreferenceScope, word: Word) -> Preference {
    Preference {
        subject: subject.clone(),
        scope,
        word,
        source: "preference_centre".to_owned(),
        wording: None,
    }
}

fn promotional(channel: &ChannelName) -> PreferenceScope {
    PreferenceScope {
        channel: Some(channel.clone()),
        purpose: PurposeScope::Promotional,
    }
}

struct Form<'a> {
    known: &'a Known,
    menu: &'a Menu,
    boxes: &'a Boxes,
    wanted: &'a Wanted,
}

impl Form<'_> {
    fn open_channels(&self) -> impl Iterator<Item = (&ChannelName, bool)> {
        let open = |(_, state): &&(ChannelName, State)| !matches!(state, State::Locked(_));
        let open = self.boxes.channels.iter().filter(open);
        open.map(|(channel, _)| (channel, self.wanted.channels.contains(channel)))
    }

    fn open_purposes(&self) -> impl Iterator<Item = (&PurposeBox, bool)> {
        let open = self.boxes.purposes.iter();
        let open = open.filter(|it| !matches!(it.state, State::Locked(_)));
        open.map(|it| (it, self.wanted.purposes.contains(&it.purpose)))
    }

    /// Whether anything promotional is wanted by any channel.
    fn wants_something(&self) -> bool {
        self.open_channels().any(|(_, ticked)| ticked)
    }

    /// What must be refused.
    fn refused(&self) -> Vec<PreferenceScope> {
        let mut scopes = Vec::new();
        if self.wants_something() {
            let unticked = self.open_channels().filter(|(_, ticked)| !ticked);
            scopes.extend(unticked.map(|(channel, _)| promotional(channel)));
            if self.refuses_all() {
                // What was refused with all others stays so where no box was shown for it.
                scopes.extend(self.menu.unshown.iter().map(promotional));
            }
        } else if self.open_channels().next().is_some() {
            scopes.push(PreferenceScope::promotional());
        }
        let unticked = self.open_purposes().filter(|(_, ticked)| !ticked);
        scopes.extend(unticked.map(|(it, _)| PreferenceScope {
            channel: None,
            purpose: PurposeScope::One(it.purpose.clone()),
        }));
        scopes
    }

    fn refuses_all(&self) -> bool {
        let all = PreferenceScope::promotional();
        let words = self.known.words.iter();
        words
            .filter(|it| it.is_refusal() && it.own)
            .any(|it| it.said.scope == all)
    }

    /// The refusals of a subject that are taken back.
    fn lifted(&self, subject: &Subject) -> Vec<PreferenceScope> {
        let some = self.wants_something();
        let wants = |channel: &Option<ChannelName>| match channel {
            Some(channel) => self
                .open_channels()
                .any(|(its, ticked)| ticked && its == channel),
            None => some,
        };
        let turned_on = |purpose: &Purpose| {
            let mut open = self.open_purposes();
            open.any(|(it, ticked)| it.purpose == *purpose && ticked && it.refused)
        };
        let is_wanted = |it: &&Spoken| match &it.said.scope.purpose {
            PurposeScope::Promotional => wants(&it.said.scope.channel),
            PurposeScope::One(purpose) => turned_on(purpose),
            _ => false,
        };
        let words = self.known.words.iter();
        let words = words.filter(|it| it.is_refusal() && it.said.subject == *subject);
        let words = words.filter(|it| it.can_be_lifted()).filter(is_wanted);
        words.map(|it| it.said.scope.clone()).collect()
    }

    /// Whether a subject refuses a scope already, and goes on to.
    fn holds(
        &self,
        subject: &Subject,
        scope: &PreferenceScope,
        lifted: &[PreferenceScope],
    ) -> bool {
        let words = self.known.words.iter();
        let mut refusals = words.filter(|it| it.is_refusal() && it.said.subject == *subject);
        refusals.any(|it| {
            let its = &it.said.scope;
            let everything = its.purpose == PurposeScope::Everything
                && (its.channel.is_none() || its.channel == scope.channel);
            everything || (its == scope && !lifted.contains(its))
        })
    }

    /// What must be agreed to, where consent is asked for: a channel and a purpose that are both
    /// ticked.
    fn agreed(&self) -> BTreeSet<PreferenceScope> {
        let mut scopes = BTreeSet::new();
        for (channel, kind) in &self.menu.channels {
            let ticked = self
                .open_channels()
                .any(|(its, ticked)| ticked && its == channel);
            if !ticked {
                continue;
            }
            let lacks = self.open_purposes().any(|(it, ticked)| {
                let promotional = it.class == Class::Promotional;
                ticked && promotional && !self.known.consents(channel, kind, &it.purpose)
            });
            if lacks {
                scopes.insert(promotional(channel));
            }
        }
        scopes
    }
}
