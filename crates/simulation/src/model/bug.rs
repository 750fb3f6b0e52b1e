//! Ways to get the protocol wrong.

/// One rule of the protocol, broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    /// A dispatch that will be sent again after a lost answer gives its place back.
    HoldReleasedOnDoubt,
    /// A dispatch that ends `unknown` gives its place back.
    UnknownReleased,
    /// What was given back takes no place when it begins again.
    HoldNotTakenAgain,
    /// The definite rejection of a retry counts for the attempt before it as well.
    RejectClearsDoubt,
    /// Another worker believes the recorder of an owner that may be alive.
    TakeOverTrustsLiveRecorder,
    /// A lease that ran out means that nothing was sent.
    LeaseExpiryResends,
    /// A settlement looks at the dispatch and not at its fence.
    SettleWithoutFence,
    /// The refusals of the person are not asked for when a doubtful dispatch leaves again.
    OptOutIgnoredOnResend,
    /// The refusals of the person are read before the gate is taken.
    OptOutReadBeforeGate,
    /// The places are counted before the gate is taken.
    CountedBeforeGate,
    /// What ended `unknown` is sent again.
    UnknownResent,
    /// What expires is believed never to have been sent, although it is in doubt.
    ExpiryForgetsDoubt,
    /// A beginning without an end in the recorder is taken for no beginning.
    RecorderNeedsAnEnd,
    /// The recorder of a machine that crashed is believed.
    RecorderOfAnotherBoot,
    /// No answer is taken for "not sent".
    SilenceIsNotSent,
    /// A promotion without an answer is sent again by a provider that knows no keys.
    BlindResent,
    /// A dispatch is sent again after its provider has forgotten its key.
    RetentionForgotten,
    /// How old a doubt is counts when the answer is lost, and not when the dispatch leaves again.
    AgeIgnoredOnResend,
    /// A paused campaign goes on with what was in doubt.
    PauseIgnoredOnResend,
    /// Calling a campaign off takes back what is on its way.
    CancelTakesBackSending,
    /// What is in doubt leaves again without asking who could be asked.
    NotAsked,
    /// A provider is asked before its answer can be trusted.
    AskedTooEarly,
    /// What a provider said of an attempt counts for a later one.
    AskedForAnEarlierAttempt,
    /// What a provider does not find, before its answer can be trusted, counts as not sent.
    NotFoundIsNotSent,
}

impl Bug {
    /// All of them.
    pub const ALL: [Self; 24] = [
        Self::HoldReleasedOnDoubt,
        Self::UnknownReleased,
        Self::HoldNotTakenAgain,
        Self::RejectClearsDoubt,
        Self::TakeOverTrustsLiveRecorder,
        Self::LeaseExpiryResends,
        Self::SettleWithoutFence,
        Self::OptOutIgnoredOnResend,
        Self::OptOutReadBeforeGate,
        Self::CountedBeforeGate,
        Self::UnknownResent,
        Self::ExpiryForgetsDoubt,
        Self::RecorderNeedsAnEnd,
        Self::RecorderOfAnotherBoot,
        Self::SilenceIsNotSent,
        Self::BlindResent,
        Self::RetentionForgotten,
        Self::AgeIgnoredOnResend,
        Self::PauseIgnoredOnResend,
        Self::CancelTakesBackSending,
        Self::NotAsked,
        Self::AskedTooEarly,
        Self::AskedForAnEarlierAttempt,
        Self::NotFoundIsNotSent,
    ];
}
