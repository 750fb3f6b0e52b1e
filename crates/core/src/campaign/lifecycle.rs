//! The states of a campaign, and the one table of its moves.

use std::fmt;

/// Where a campaign stands. In Spanish: borrador, programada, activa, pausada, finalizada,
/// cancelada.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CampaignState {
    /// Being written.
    Draft,
    /// Ready, and starts by itself at its date.
    Scheduled,
    /// Sends.
    Active,
    /// Sends nothing for now.
    Paused,
    /// Over.
    Finished,
    /// Called off.
    Cancelled,
}

/// What somebody does with a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Move {
    /// Make it ready.
    Schedule,
    /// Start it.
    Activate,
    /// Stop it for now.
    Pause,
    /// Go on with it.
    Resume,
    /// End it.
    Finish,
    /// Call it off.
    Cancel,
}

impl CampaignState {
    /// The state after a move; `None` when it is not allowed. Finished and cancelled are final.
    ///
    /// ```
    /// # use pregon_core::{CampaignState, Move};
    /// assert_eq!(CampaignState::Paused.after(Move::Resume), Some(CampaignState::Active));
    /// assert_eq!(CampaignState::Finished.after(Move::Resume), None);
    /// ```
    #[must_use]
    pub fn after(self, r#move: Move) -> Option<Self> {
        use CampaignState::{Active, Cancelled, Draft, Finished, Paused, Scheduled};
        Some(match (self, r#move) {
            (Draft, Move::Schedule) => Scheduled,
            (Scheduled, Move::Activate) | (Paused, Move::Resume) => Active,
            (Active, Move::Pause) => Paused,
            (Active | Paused, Move::Finish) => Finished,
            (Draft | Scheduled | Active | Paused, Move::Cancel) => Cancelled,
            _ => return None,
        })
    }

    /// Whether nothing comes after it.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Finished | Self::Cancelled)
    }

    /// The name, as files and rows write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Scheduled => "scheduled",
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Finished => "finished",
            Self::Cancelled => "cancelled",
        }
    }
}

impl fmt::Display for CampaignState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Move {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Schedule => "schedule",
            Self::Activate => "activate",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Finish => "finish",
            Self::Cancel => "cancel",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATES: [CampaignState; 6] = [
        CampaignState::Draft,
        CampaignState::Scheduled,
        CampaignState::Active,
        CampaignState::Paused,
        CampaignState::Finished,
        CampaignState::Cancelled,
    ];
    const MOVES: [Move; 6] = [
        Move::Schedule,
        Move::Activate,
        Move::Pause,
        Move::Resume,
        Move::Finish,
        Move::Cancel,
    ];

    /// The whole table, a row a state, a column a move.
    #[test]
    fn the_table() {
        let letter = |state: Option<CampaignState>| {
            state.map_or('-', |s| {
                s.as_str().to_uppercase().chars().next().unwrap_or('?')
            })
        };
        let row = |s: CampaignState| {
            MOVES
                .iter()
                .map(|m| letter(s.after(*m)))
                .collect::<String>()
        };
        let table: Vec<String> = STATES.iter().map(|s| row(*s)).collect();
        // schedule, activate, pause, resume, finish, cancel; C is cancelled, F finished.
        assert_eq!(
            table,
            ["S----C", "-A---C", "--P-FC", "---AFC", "------", "------"]
        );
    }
}
