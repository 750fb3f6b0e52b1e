//! Keeping dispatches in a transaction of the host's own.

use chrono::{DateTime, Utc};
use pregon_core::{Planned, PlannedPage, PortError, Scheduled};
use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Postgres, Transaction};

use super::error::{During as _, Error};
use super::statement::{query, query_scalar};
use super::turn::check_server;
use super::{PostgresStore, open, schedule};
use crate::kept::hash_key;
use crate::kept::plan;

const PATH: &str = "SELECT current_setting('search_path')";

const SET_PATH: &str = "SELECT set_config('search_path', $1, true)";

impl PostgresStore {
    /// Keeps dispatches in a transaction of the host's own on the store's database: with what else
    /// the host writes there, or not at all. What `Engine::dispatches_for` has drawn up is sent by
    /// the next pass that begins after the host's commit.
    ///
    /// The transaction's `search_path` is as before when it returns. Until the host's transaction
    /// ends, nobody is forgotten (an erase waits), so it is to be short.
    ///
    /// # Errors
    /// `Invalid` when the transaction is on another database, `Unsupported` for dispatches of two
    /// campaigns; `Conflict` when somebody else keeps one of them at the same time; `Unavailable`
    /// when the server does not answer. Then the transaction is as it was before the call, if the
    /// server is there, and may go on without them.
    pub async fn enqueue(
        &self,
        within: &mut Transaction<'_, Postgres>,
        dispatches: &[Planned],
        now: DateTime<Utc>,
    ) -> Result<Scheduled, PortError> {
        let enqueued = async {
            let Some(page) = plan::enqueued(dispatches, now)? else {
                return Ok(Scheduled::default());
            };
            // In transactions of its own, before the host's waits for anybody.
            let routes = self.routes_of(&page).await?;
            let mut point = within.begin().await?;
            let kept = self.enqueue_page(&mut point, &page, &routes, now).await?;
            point.commit().await?;
            Ok(kept)
        };
        enqueued.await.during("enqueue")
    }

    async fn enqueue_page(
        &self,
        on: &mut PgConnection,
        page: &PlannedPage,
        routes: &[i32],
        now: DateTime<Utc>,
    ) -> Result<Scheduled, Error> {
        let path: String = query_scalar(PATH).fetch_one(&mut *on).await?;
        set_path(on, &format!("\"{}\"", self.pool.schema())).await?;
        let (key, _) = open::kept(on).await?.ok_or(Error::Missing)?;
        hash_key::check(&key, Some(&self.hash_key))?;
        check_server(on, &self.names).await?;
        let kept = schedule::keep(on, &self.names, page, routes, now, &self.hash_key).await?;
        set_path(on, &path).await?;
        Ok(kept)
    }
}

async fn set_path(on: &mut PgConnection, path: &str) -> Result<(), Error> {
    query(SET_PATH).bind(path).execute(on).await?;
    Ok(())
}
