//! The crash points, the ways to strike, and what providers promise.

use pregon_core::Promise;

/// A crash point, by its number in the table of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point(u8);

/// What happens at the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strike {
    /// The process is gone, with all that it had not made durable.
    Kill,
    /// The task panics; its process lives on.
    Panic,
    /// The port answers an error.
    Error,
    /// The process stands still for half a minute, another pass takes over, and it goes on.
    Freeze,
}

/// What was promised about a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deal {
    /// The provider knows keys.
    Idempotent,
    /// The provider can be asked what it has.
    Lookup,
    /// A promotion by a provider that does neither.
    BlindPromotional,
    /// The same for a message that somebody waits for.
    BlindTransactional,
}

impl Point {
    /// All of them.
    pub const ALL: [Self; 24] = {
        let mut all = [Self(0); 24];
        let mut n = 0;
        while n < 24 {
            all[n] = Self(n as u8 + 1);
            n += 1;
        }
        all
    };

    /// Before the planner keeps a page.
    pub(super) const PAGE_BEFORE: Self = Self(1);
    /// While it keeps it.
    pub(super) const PAGE_DURING: Self = Self(2);
    /// When it has kept it.
    pub(super) const PAGE_AFTER: Self = Self(3);
    /// Before the turn that begins something reaches the database.
    pub(super) const TURN_BEFORE: Self = Self(4);
    /// In its transaction, at the beginning.
    pub(super) const TURN_DURING: Self = Self(5);
    /// In its transaction, further on.
    pub(super) const TURN_LATER: Self = Self(6);
    /// It is committed, and nobody hears so.
    pub(super) const TURN_UNHEARD: Self = Self(7);
    /// Before the note that it leaves.
    pub(super) const NOTE_BEFORE: Self = Self(8);
    /// After the note, before the first byte.
    pub(super) const WRITE_BEFORE: Self = Self(9);
    /// Half of it is written.
    pub(super) const WRITE_DURING: Self = Self(10);
    /// All of it is written, and the provider acts later.
    pub(super) const WRITE_AFTER: Self = Self(11);
    /// The provider has it, and nobody reads the answer.
    pub(super) const ANSWER_UNREAD: Self = Self(12);
    /// The answer is read, and not noted.
    pub(super) const END_BEFORE: Self = Self(13);
    /// It is noted, and not settled.
    pub(super) const END_AFTER: Self = Self(14);
    /// It is settled, and nobody hears so.
    pub(super) const SETTLE_UNHEARD: Self = Self(15);
    /// Before a sink has the events of what begins.
    pub(super) const EVENTS_BEFORE: Self = Self(16);
    /// The sink has them, and nobody notes so.
    pub(super) const EVENTS_UNMARKED: Self = Self(17);
    /// A refusal is kept, and nobody hears so.
    pub(super) const WORD_UNHEARD: Self = Self(19);
    /// The provider was asked, and what it said is not settled.
    pub(super) const FOUND_UNSETTLED: Self = Self(20);
    /// A campaign was found to be over, and nobody hears that this is kept.
    pub(super) const FINISH_UNHEARD: Self = Self(21);
    /// A trigger fired and its last page is not kept: neither is when it fires next.
    pub(super) const FIRED: Self = Self(22);
    /// The layout is being made.
    pub(super) const MIGRATION: Self = Self(23);

    /// Its number.
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }

    /// Why it cannot be struck; `None` when it can.
    ///
    /// ```
    /// # use pregon_simulation::failpoint::Point;
    /// let there = Point::ALL.into_iter().filter(|point| point.not_there().is_none());
    /// assert!(there.count() >= 22);
    /// ```
    #[must_use]
    pub fn not_there(self) -> Option<&'static str> {
        match self.0 {
            18 => Some("no port stores what providers call back yet"),
            24 => Some("no job erases a person yet"),
            _ => None,
        }
    }

    /// Whether it lies in the middle of a transaction.
    pub(super) fn is_in_transaction(self) -> bool {
        [Self::PAGE_DURING, Self::TURN_DURING, Self::TURN_LATER].contains(&self)
    }

    /// Whether a message may have left with nobody knowing what became of it.
    pub(super) fn leaves_doubt(self) -> bool {
        (Self::WRITE_BEFORE..=Self::END_BEFORE).contains(&self)
    }
}

impl std::fmt::Display for Point {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "F{:02}", self.0)
    }
}

impl Strike {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Kill, Self::Panic, Self::Error, Self::Freeze];
}

impl Deal {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Idempotent,
        Self::Lookup,
        Self::BlindPromotional,
        Self::BlindTransactional,
    ];

    /// Those under which a point can be reached: only who can be asked is asked.
    #[must_use]
    pub fn of(point: Point) -> &'static [Self] {
        match point {
            Point::FOUND_UNSETTLED => &[Self::Lookup],
            _ => &Self::ALL,
        }
    }

    pub(super) fn promise(self) -> Promise {
        match self {
            Self::Idempotent => Promise::Idempotent { retention: None },
            Self::Lookup => Promise::Lookup {
                settle: "10m".parse().expect("a length"),
            },
            Self::BlindPromotional | Self::BlindTransactional => Promise::Blind,
        }
    }

    pub(super) fn purpose(self) -> &'static str {
        match self {
            Self::BlindTransactional => "reminder",
            _ => "newsletter",
        }
    }
}
