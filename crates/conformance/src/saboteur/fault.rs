//! The promises that a sabotaged store can break.

/// The promise that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum StoreFault {
    /// None: the honest store behind the wrapper.
    None,
    /// Two customers of one address both get a broadcast.
    ForgetsTheAddressKey,
    /// What is lost counts as not sent.
    ReleasesHoldsInDoubt,
    /// Whoever once held a dispatch may settle it.
    SettlesByAnyTicket,
    /// Two of one person begin in a turn.
    BeginsTwoOfAPerson,
    /// A pass that was overtaken goes on.
    IgnoresTheEpoch,
    /// Pages are kept without how far the plan has come.
    LosesTheProgress,
    /// What kills its holder is handed out for ever.
    DoesNotCountClaims,
    /// A promotion without an answer is sent again by a blind channel.
    ResendsBlindPromotions,
    /// What a refused turn settled stays settled.
    KeepsHalfOfARefusedTurn,
    /// Whatever the flight recorder knows, the store takes itself for the newest.
    ForgetsThatItWentBack,
    /// A restart with a slow clock goes back in time.
    ForgetsTheHighWater,
    /// One more than the limit.
    LetsOneTooManyThrough,
    /// An hour of each window does not count, or its last second.
    ShortensWindows,
    /// Of several limits only the first is asked.
    AsksOneLimitOnly,
    /// Who asks whether others took a place takes one.
    TakesPlacesThatAreOnlyAskedFor,
    /// No hour is quiet.
    WritesInQuietHours,
    /// Consent is not asked for.
    AsksNoConsent,
    /// Budgets are not asked.
    AsksNoBudget,
    /// Whoever saves last wins.
    OverwritesCampaigns,
    /// A dispatch that comes again looks as if it came for the first time.
    ShowsNoAttempts,
    /// The log comes backwards.
    ShowsTheLogBackwards,
    /// The refusal of an address is not kept.
    ForgetsRefusalsOfAddresses,
    /// A consent takes back every refusal of the person.
    ForgetsTheScopeOfAConsent,
    /// Nothing is ever on its way.
    HidesWhatIsInFlight,
    /// A word said again is not kept.
    KeepsAWordOnce,
    /// Every frozen audience has the number of the first.
    GivesANumberTwice,
    /// A frozen audience that is in use takes more people, without a word.
    LetsAudiencesGrow,
    /// Who is added again is counted again.
    CountsMembersTwice,
    /// The values of people in a frozen audience are lost.
    ForgetsProfiles,
    /// The people of a frozen audience come backwards.
    ShowsMembersBackwards,
    /// Everybody is in every frozen audience.
    FindsEverybody,
    /// Frozen audiences that nobody names any more stay.
    KeepsOldAudiences,
    /// Whoever wants to hear hears nothing.
    TellsNothing,
    /// What is told again has another name.
    RenamesEvents,
    /// What was read is forgotten, whether a sink has it or not.
    ForgetsEventsTooSoon,
    /// What a sink has is told for ever.
    NeverForgetsEvents,
    /// Whoever is not asked to tell tells all the same.
    TellsUnasked,
    /// What came back is not kept.
    HearsNothing,
    /// What is told again is another report.
    TakesEachReportForANewOne,
    /// A dead address is taken for a full mailbox, and a refusal for an answer.
    MissesWords,
    /// What came back proves nothing.
    ProvesNothingByReports,
    /// What is not known yet is thrown away.
    ThrowsAwayTheUnknown,
    /// A provider is asked for ever.
    AwaitsWhatIsLongOver,
    /// What came back is given in another order.
    MixesUpWhatWasHeard,
    /// Nobody ever complains.
    CountsNoComplaints,
    /// Messages of all times count.
    CountsWithoutEnd,
}
