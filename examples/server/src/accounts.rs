//! Accounts: who can log in.

use std::fmt;

use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};

use crate::database::{query, query_as, query_scalar};
use crate::store::Store;

/// Characters of a public id. There are 62 to the 10th ids, so that two accounts do not get the same one.
const ID_CHARS: usize = 10;

/// One account.
#[derive(Clone)]
pub(crate) struct Account {
    /// The public id of the account, which is the `sub` of its tokens.
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) nickname: String,
    pub(crate) password_hash: String,
    /// Seconds since 1970.
    pub(crate) created_at: i64,
}

/// Shows the id alone.
impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl Account {
    /// The digest of the credential state that a refresh token carries. It changes with the password. The
    /// password's hash has a new salt each time, so that the digest reveals nothing of it.
    pub(crate) fn state_hash(&self) -> String {
        let digest = Sha256::new()
            .chain_update(self.id.as_bytes())
            .chain_update([0])
            .chain_update(self.password_hash.as_bytes())
            .finalize();
        Base64::encode_string(&digest)
    }
}

impl FromRow<'_, AnyRow> for Account {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            email: row.try_get("email")?,
            nickname: row.try_get("nickname")?,
            password_hash: row.try_get("password_hash")?,
            created_at: row.try_get("created_at")?,
        })
    }
}

/// The form in which addresses are stored and compared.
pub(crate) fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// A random public id.
pub(crate) fn random_id() -> Result<String, getrandom::Error> {
    barejwt_settings::letters_and_digits(ID_CHARS).map(|id| id.to_string())
}

impl Store {
    pub(crate) async fn account(&self, id: &str) -> sqlx::Result<Option<Account>> {
        // PostgreSQL accepts no NUL in a text, and no id has a NUL.
        if id.contains('\0') {
            return Ok(None);
        }
        query_as("SELECT * FROM accounts WHERE id = $1")
            .bind(id)
            .fetch_optional(&mut *self.read().await?)
            .await
    }

    /// Finds an account by an address in its normal form.
    pub(crate) async fn account_by_email(&self, email: &str) -> sqlx::Result<Option<Account>> {
        if email.contains('\0') {
            return Ok(None);
        }
        query_as("SELECT * FROM accounts WHERE email = $1")
            .bind(email)
            .fetch_optional(&mut *self.read().await?)
            .await
    }

    pub(crate) async fn has_accounts(&self) -> sqlx::Result<bool> {
        let one: Option<String> = query_scalar("SELECT id FROM accounts LIMIT 1")
            .fetch_optional(&mut *self.read().await?)
            .await?;
        Ok(one.is_some())
    }

    /// Adds an account; `false` if its address is taken.
    pub(crate) async fn add_account(&self, account: &Account) -> sqlx::Result<bool> {
        let mut transaction = self.write().await?;
        let added = query(
            "INSERT INTO accounts (id, email, nickname, password_hash, created_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (email) DO NOTHING",
        )
        .bind(&account.id)
        .bind(&account.email)
        .bind(&account.nickname)
        .bind(&account.password_hash)
        .bind(account.created_at)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(added.rows_affected() == 1)
    }

    /// Replaces the password if it is still the password in `account`, and ends every chain of the account.
    /// `false` if somebody else has changed the password before.
    pub(crate) async fn set_password(&self, account: &Account, hash: &str) -> sqlx::Result<bool> {
        let mut transaction = self.write().await?;
        let changed =
            query("UPDATE accounts SET password_hash = $1 WHERE id = $2 AND password_hash = $3")
                .bind(hash)
                .bind(&account.id)
                .bind(&account.password_hash)
                .execute(&mut *transaction)
                .await?;
        query("DELETE FROM chains WHERE account_id = $1")
            .bind(&account.id)
            .execute(&mut *transaction)
            .await?;
        if changed.rows_affected() != 1 {
            return Ok(false);
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// Every account, by address.
    pub(crate) async fn accounts(&self) -> sqlx::Result<Vec<Account>> {
        query_as("SELECT * FROM accounts ORDER BY email")
            .fetch_all(&mut *self.read().await?)
            .await
    }

    /// Removes an account with its chains; `false` if there is none.
    pub(crate) async fn remove_account(&self, id: &str) -> sqlx::Result<bool> {
        let mut transaction = self.write().await?;
        query("DELETE FROM chains WHERE account_id = $1")
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        let removed = query("DELETE FROM accounts WHERE id = $1")
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(removed.rows_affected() == 1)
    }
}
