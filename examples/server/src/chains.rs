//! Chains of refresh tokens: one login, and every refresh that followed from it (RFC 9700 4.14).
//!
//! A chain has one good refresh token at a time: the token of its `generation`. Each change is one SQL
//! statement. So it happens whole or not at all, even if many processes share the database or a process dies.

use serde::{Deserialize, Serialize};
use sqlx::Result;
use uuid::Uuid;

use crate::database::{query, query_scalar};
use crate::store::Store;

/// The members of a refresh token that tell its place in a chain. They are custom claims of this server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Link<'c> {
    /// A UUID that all refresh tokens of the chain share.
    pub(crate) root_token_id: &'c str,
    /// The number of refreshes before this token.
    pub(crate) generation: i64,
}

/// The result of trading a refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rotation {
    /// It was the good token. Now the token of the next generation is good.
    Done,
    /// It was traded before. Now the chain is revoked.
    Replayed,
    /// The chain was revoked before.
    Revoked,
}

/// The name of a new chain.
pub(crate) fn new_root_token_id() -> String {
    Uuid::new_v4().to_string()
}

impl Store {
    /// Starts a chain at generation 0.
    pub(crate) async fn start_chain(&self, root: &str, account: &str, expires: i64) -> Result<()> {
        let mut transaction = self.write().await?;
        query(
            "INSERT INTO chains (root_token_id, account_id, generation, expires_at) \
             VALUES ($1, $2, 0, $3)",
        )
        .bind(root)
        .bind(account)
        .bind(expires)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await
    }

    /// Whether `link` is the good token now. A token that is not good never becomes good.
    pub(crate) async fn is_good(&self, link: &Link<'_>) -> Result<bool> {
        let good: Option<i64> =
            query_scalar("SELECT generation FROM chains WHERE root_token_id = $1")
                .bind(link.root_token_id)
                .fetch_optional(&mut *self.read().await?)
                .await?;
        Ok(good == Some(link.generation))
    }

    /// If `link` is the good token now, makes the token of the next generation good. Otherwise revokes the
    /// chain. If two calls have the same token, at most one succeeds.
    pub(crate) async fn rotate(&self, link: &Link<'_>, expires: i64) -> Result<Rotation> {
        let mut transaction = self.write().await?;
        let rotated = query(
            "UPDATE chains SET generation = generation + 1, expires_at = $3 \
             WHERE root_token_id = $1 AND generation = $2",
        )
        .bind(link.root_token_id)
        .bind(link.generation)
        .bind(expires)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        if rotated.rows_affected() == 1 {
            return Ok(Rotation::Done);
        }
        let revoked = self.revoke(link.root_token_id).await?;
        Ok(if revoked {
            Rotation::Replayed
        } else {
            Rotation::Revoked
        })
    }

    /// Revokes a chain; `false` if it was revoked before.
    pub(crate) async fn revoke(&self, root_token_id: &str) -> Result<bool> {
        let mut transaction = self.write().await?;
        let revoked = query("DELETE FROM chains WHERE root_token_id = $1")
            .bind(root_token_id)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(revoked.rows_affected() == 1)
    }

    /// Forgets chains whose last token expired before `horizon`, at most `at_most`. Returns their number.
    pub(crate) async fn prune_chains(&self, horizon: i64, at_most: i64) -> Result<u64> {
        let mut transaction = self.write().await?;
        let pruned = query(
            "DELETE FROM chains WHERE root_token_id IN \
             (SELECT root_token_id FROM chains WHERE expires_at < $1 LIMIT $2)",
        )
        .bind(horizon)
        .bind(at_most)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(pruned.rows_affected())
    }
}
