//! What is known of a person's words.

use pregon_core::{
    AddressKind, ChannelName, Class, Consent, Permission, Preference, PreferenceEntry, Purpose,
    PurposeScope, Word,
};

/// A word that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spoken {
    pub(crate) said: Preference,
    /// Whether it is of the token's person or address.
    pub(crate) own: bool,
    /// The kind of address that it is about; `None` when it is about the person.
    pub(crate) kind: Option<AddressKind>,
}

/// What is known of a person's words.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) words: Vec<Spoken>,
    /// What the source of customers has, which no form changes.
    pub(crate) permissions: Vec<Permission>,
    pub(crate) consent: Consent,
}

/// The words of one subject that hold: the latest on each scope.
pub(crate) fn in_force(history: Vec<PreferenceEntry>) -> Vec<Preference> {
    let mut holding: Vec<Preference> = Vec::new();
    for PreferenceEntry { preference, .. } in history {
        holding.retain(|older| older.scope != preference.scope);
        holding.push(preference);
    }
    holding
}

impl Spoken {
    /// Whether it can concern messages of a channel that goes to such addresses.
    pub(super) fn reaches(&self, channel: &ChannelName, kind: &AddressKind) -> bool {
        self.reaches_kind(kind)
            && self
                .said
                .scope
                .channel
                .as_ref()
                .is_none_or(|it| it == channel)
    }

    fn reaches_kind(&self, kind: &AddressKind) -> bool {
        self.kind.as_ref().is_none_or(|its| its == kind)
    }

    pub(super) fn is_refusal(&self) -> bool {
        self.said.word == Word::OptOut
    }

    /// Whether a form with this token may take it back.
    pub(super) fn can_be_lifted(&self) -> bool {
        let narrow = self.said.scope.purpose != PurposeScope::Everything;
        let not_theirs = ["erase", "complained", "bounced_hard"];
        let said = !not_theirs
            .iter()
            .any(|source| self.said.source.starts_with(source));
        self.own && narrow && said
    }
}

impl Known {
    /// Refusals of everything promotional, or of everything, that reach a channel.
    pub(super) fn refusals<'a>(
        &'a self,
        channel: &'a ChannelName,
        kind: &'a AddressKind,
    ) -> impl Iterator<Item = &'a Spoken> {
        let whole = |it: &&Spoken| !matches!(it.said.scope.purpose, PurposeScope::One(_));
        let words = self.words.iter().filter(|it| it.is_refusal());
        words
            .filter(whole)
            .filter(move |it| it.reaches(channel, kind))
    }

    /// Whether the token's person and address, which are so many, all refuse what is promotional on
    /// the channel of their message: then refusing again changes nothing.
    pub(crate) fn is_refused(&self, channel: &ChannelName, own: usize) -> bool {
        let refuses = |it: &&Spoken| {
            let scope = &it.said.scope;
            let here = scope.channel.as_ref().is_none_or(|its| its == channel);
            it.own && it.is_refusal() && here && !matches!(scope.purpose, PurposeScope::One(_))
        };
        let refusals = self.words.iter().filter(refuses);
        let mut subjects: Vec<_> = refusals.map(|it| &it.said.subject).collect();
        subjects.sort_unstable();
        subjects.dedup();
        subjects.len() >= own
    }

    /// Whether a promotional purpose may go by a channel as far as consent is asked for.
    pub(super) fn consents(&self, channel: &ChannelName, kind: &AddressKind, to: &Purpose) -> bool {
        let agreed = |it: &Spoken| {
            let covers = it.said.scope.covers(channel, to, Class::Promotional);
            it.said.word == Word::OptIn && covers && it.reaches_kind(kind)
        };
        let granted = |it: &Permission| it.granted && it.covers(channel, to);
        self.consent == Consent::OptOut
            || self.words.iter().any(agreed)
            || self.permissions.iter().any(granted)
    }
}
