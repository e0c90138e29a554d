-- For SQLite and PostgreSQL alike. Times are seconds since 1970.

CREATE TABLE IF NOT EXISTS settings (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE accounts (
    id            TEXT   NOT NULL PRIMARY KEY, -- public: the `sub` of its tokens
    email         TEXT   NOT NULL UNIQUE,      -- in lower case
    nickname      TEXT   NOT NULL,
    password_hash TEXT   NOT NULL,             -- a PHC string of argon2id
    created_at    BIGINT NOT NULL
);

-- A login and the refreshes that follow from it. A chain that is not here is revoked.
CREATE TABLE chains (
    root_token_id TEXT   NOT NULL PRIMARY KEY,
    account_id    TEXT   NOT NULL REFERENCES accounts (id),
    generation    BIGINT NOT NULL,             -- of the one refresh token that is good
    expires_at    BIGINT NOT NULL
);

CREATE INDEX chains_by_account ON chains (account_id);
CREATE INDEX chains_by_expiry ON chains (expires_at);
