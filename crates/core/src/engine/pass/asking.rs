//! Asks providers about what is in doubt, before it is prepared to leave again.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::Pass;
use super::turns::backoff;
use crate::{ChannelName, Dispatch, Outcome, PortError, Reason, Receipt, Settlement, Trouble};

impl Pass<'_> {
    /// Settles those of the claimed that their provider has; the others come back. One question a
    /// channel.
    pub(super) async fn ask_for(
        &mut self,
        claimed: Vec<Dispatch>,
        now: DateTime<Utc>,
        done: &mut Vec<Settlement>,
    ) -> Vec<Dispatch> {
        let (mut rest, mut doubtful) = (Vec::new(), BTreeMap::<ChannelName, Vec<Dispatch>>::new());
        for dispatch in claimed {
            let channel = &dispatch.plan.key.channel;
            if dispatch.standing.in_doubt && self.engine.lookups.contains_key(channel) {
                doubtful.entry(channel.clone()).or_default().push(dispatch);
            } else {
                rest.push(dispatch);
            }
        }
        for (channel, dispatches) in doubtful {
            match self.held_by(&channel, &dispatches).await {
                Ok(found) => {
                    for (dispatch, receipt) in dispatches.into_iter().zip(found) {
                        match receipt {
                            None => rest.push(dispatch),
                            Some(Receipt { reference }) => {
                                self.report.accepted += 1;
                                done.push(Settlement {
                                    ticket: dispatch.ticket,
                                    outcome: Outcome::Confirmed { reference },
                                });
                            }
                        }
                    }
                }
                Err(error) => self.cannot_ask(channel, &dispatches, error, now, done),
            }
        }
        rest
    }

    async fn held_by(
        &self,
        channel: &ChannelName,
        dispatches: &[Dispatch],
    ) -> Result<Vec<Option<Receipt>>, PortError> {
        let unknown = || PortError::new("lookup", "find", crate::PortErrorKind::Unsupported);
        let lookup = self.engine.lookups.get(channel).ok_or_else(unknown)?;
        let ids: Vec<_> = dispatches.iter().map(|dispatch| dispatch.id).collect();
        let found = lookup.find(&ids).await?;
        if found.len() != ids.len() {
            // An answer that cannot be told to whom it belongs is none.
            return Err(PortError::new(
                "lookup",
                "find",
                crate::PortErrorKind::Corrupt,
            ));
        }
        Ok(found)
    }

    /// A provider that cannot be asked leaves its doubts where they are.
    fn cannot_ask(
        &mut self,
        channel: ChannelName,
        dispatches: &[Dispatch],
        error: PortError,
        now: DateTime<Utc>,
        done: &mut Vec<Settlement>,
    ) {
        for dispatch in dispatches {
            self.report.put_off(Reason::ChannelDown);
            let at = backoff(dispatch.attempts, dispatch.id.seed(), now);
            let reason = Reason::ChannelDown;
            done.push(Settlement {
                ticket: dispatch.ticket,
                outcome: Outcome::Again { at, reason },
            });
        }
        self.report
            .troubles
            .push(Trouble::Channel { channel, error });
    }
}
