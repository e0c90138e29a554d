-- How often somebody has tried something lately. Times are microseconds since 1970.
CREATE TABLE attempts (
    name    TEXT   NOT NULL PRIMARY KEY, -- a digest of who and what
    free_at BIGINT NOT NULL              -- when all that was tried is forgotten
);

CREATE INDEX attempts_by_end ON attempts (free_at);
