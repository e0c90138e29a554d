//! What the server does to its database, and what it says when it cannot.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::site::*;

/// All that a database holds. Of SQLite that is every byte of the directory. Of PostgreSQL that is every object
/// and every row of these tables, each with the transaction that wrote it.
fn snapshot(site: &Site, tables: &[&str]) -> Vec<(String, Vec<u8>)> {
    if site.is_postgres() {
        let objects = "SELECT relname || ' ' || CAST(xmin AS TEXT) FROM pg_class \
                       WHERE CAST(CAST(relnamespace AS regnamespace) AS TEXT) NOT LIKE 'pg\\_%' \
                       AND relnamespace <> CAST('information_schema' AS regnamespace) ORDER BY oid";
        let rows = |table| format!("SELECT CAST(xmin AS TEXT) || CAST(ctid AS TEXT) FROM {table}");
        let queries = [objects.to_owned()].into_iter();
        let queries = queries.chain(tables.iter().map(rows));
        return queries
            .flat_map(|query| site.texts(&query))
            .map(|found| (found, Vec::new()))
            .collect();
    }
    let entries = fs::read_dir(site.path(".")).unwrap();
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.display().to_string(), fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn a_database_that_has_only_a_view_is_foreign_too() {
    let site = Site::new();
    site.create();
    site.sql("CREATE VIEW report AS SELECT 1 AS n");
    assert_refused(&site, &[], "has tables of another program");
}

/// Every command refuses the database, says this, and changes nothing.
#[track_caller]
fn assert_refused(site: &Site, tables: &[&str], said: &str) {
    let before = snapshot(site, tables);
    assert!(!before.is_empty());
    for command in [
        &["user", "add", EMAIL][..],
        &["user", "passwd", EMAIL],
        &["user", "remove", EMAIL],
        &["user", "list"],
        &["serve"],
        &["key", "rotate"],
        &["key", "retire"],
        &["key", "list"],
        &["key", "export"],
    ] {
        let (status, out, err) = site.try_tool(command, PASSWORD);
        assert_eq!((status.code(), out.as_str()), (Some(1), ""), "{command:?}");
        assert!(err.contains(said), "{command:?}: {err}");
        assert!(snapshot(site, tables) == before, "{command:?}");
    }
}

#[test]
fn a_file_that_another_program_has_marked_is_refused_though_it_has_no_tables() {
    for (mark, mode) in [
        ("application_id = 7", "DELETE"),
        ("user_version = 7", "DELETE"),
        ("user_version = -1", "WAL"),
    ] {
        for ours in [
            "",
            "CREATE TABLE settings (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
        ] {
            let site = Site::new();
            if site.is_postgres() {
                return;
            }
            site.create();
            site.sql(&format!("PRAGMA journal_mode = {mode}"));
            site.sql(&format!("PRAGMA {mark}"));
            if !ours.is_empty() {
                site.sql(ours);
                let key = "k".repeat(64);
                site.sql(&format!(
                    "INSERT INTO settings VALUES ('secret_key', '{key}')"
                ));
            }
            assert_refused(
                &site,
                &[],
                "has the application_id or user_version of another program",
            );
        }
    }
}

#[test]
fn a_table_settings_of_another_program_is_refused() {
    for (table, insert) in [
        // The reference system's.
        (
            "CREATE TABLE settings (id INTEGER PRIMARY KEY, name TEXT UNIQUE, value TEXT)",
            "INSERT INTO settings (id, name, value) VALUES (1, 'secret_key', 'k')",
        ),
        (
            "CREATE TABLE settings (theme TEXT)",
            "INSERT INTO settings VALUES ('dark')",
        ),
        (
            "CREATE TABLE settings (name TEXT, value TEXT)",
            "INSERT INTO settings VALUES ('secret_key', 'k')",
        ),
        (
            "CREATE TABLE settings (name TEXT, value INTEGER, PRIMARY KEY (name))",
            "INSERT INTO settings VALUES ('secret_key', 7)",
        ),
        // Another program may have the same columns, but not the key.
        (
            "CREATE TABLE settings (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
            "INSERT INTO settings VALUES ('theme', 'dark')",
        ),
        (
            "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT)",
            "INSERT INTO settings VALUES ('secret_key', '0123456789abcdefghijklmnopqrstuvwxyz')",
        ),
    ] {
        let site = Site::new();
        site.create();
        site.sql(table);
        site.sql(insert);
        assert_refused(
            &site,
            &["settings"],
            "has a table 'settings' of another program",
        );
    }
}

#[test]
fn a_table_settings_that_cannot_be_used_is_refused_before_it_changes() {
    let good = "k".repeat(64);
    for (name, value, said) in [
        ("theme", "dark", "a key cannot be used: "),
        (
            "access_token_ttl",
            "soon",
            "the setting 'access_token_ttl' must be",
        ),
    ] {
        let key = if name == "theme" { "hello" } else { &good };
        let site = Site::new();
        site.create();
        site.sql("CREATE TABLE settings (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)");
        site.sql(&format!(
            "INSERT INTO settings VALUES ('secret_key', '{key}'), ('{name}', '{value}')"
        ));
        assert_refused(&site, &["settings"], said);
    }
}

#[test]
fn a_table_settings_that_holds_the_key_is_ours() {
    let site = Site::new();
    site.create();
    let (made, key) = (
        include_str!("../../migrations/1_accounts_and_chains.sql"),
        "k".repeat(64),
    );
    site.sql(made.split_once(';').unwrap().0);
    site.sql(&format!(
        "INSERT INTO settings VALUES ('secret_key', '{key}')"
    ));
    site.tool(&["user", "add", EMAIL], PASSWORD);
    assert_eq!(site.secret(), key);
}

#[test]
fn a_foreign_database_is_refused_before_a_byte_of_it_changes() {
    // Another program that keeps its migrations as this one does is another program too.
    for tables in [
        &["users"][..],
        &["_sqlx_migrations", "posts"],
        &["accounts"],
    ] {
        for mode in ["DELETE", "WAL"] {
            let site = Site::new();
            site.create();
            if !site.is_postgres() {
                site.sql(&format!("PRAGMA journal_mode = {mode}"));
            }
            for table in tables {
                site.sql(&format!("CREATE TABLE {table} (id INTEGER)"));
                site.sql(&format!("INSERT INTO {table} VALUES (1)"));
            }
            assert_refused(&site, tables, "has tables of another program");
        }
    }
}

#[test]
fn a_file_that_a_crash_left_half_changed_is_told_with_what_to_do() {
    let site = Site::new();
    if site.is_postgres() {
        return;
    }
    site.create();
    site.sql("CREATE TABLE notes (text TEXT)");
    site.sql(
        "INSERT INTO notes WITH RECURSIVE numbers (n) AS \
         (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 5000) \
         SELECT hex(zeroblob(1000)) FROM numbers",
    );
    let half = site.path("half.db");
    // More than SQLite keeps in memory, so that it has begun to change the file.
    site.in_transaction("UPDATE notes SET text = 'x' || text", || {
        for end in ["", "-journal"] {
            let (from, to) = (format!("{}{end}", site.database()), format!("half.db{end}"));
            fs::copy(from, site.path(&to)).unwrap();
        }
    });
    let before = snapshot(&site, &[]);
    let half = half.display();
    let err = key_list_fails(&site, &half.to_string());
    let said = format!(
        "barejwt-server: the database {half} was left in the middle of a change, and {half}-journal undoes \
         it: open it once with the program that it belongs to\n"
    );
    assert_eq!(err, said);
    assert!(snapshot(&site, &[]) == before);
}

#[test]
fn commands_leave_nothing_beside_the_file() {
    let site = Site::new();
    if site.is_postgres() {
        return;
    }
    site.create();
    let wal = site.path("site.db-wal");
    for command in [
        &["user", "add", EMAIL][..],
        &["key", "rotate"],
        &["key", "retire"],
    ] {
        site.tool(command, PASSWORD);
        assert!(!wal.exists(), "{command:?}");
    }
    // Nor in the log of a server that runs.
    let _server = site.serve();
    site.tool(&["key", "rotate"], "");
    assert_eq!(fs::metadata(&wal).unwrap().len(), 0);
}

#[test]
fn a_key_that_is_retired_is_in_no_byte_of_the_file() {
    let (site, _) = Site::with_ada();
    if site.is_postgres() {
        return;
    }
    let secret = site.secret();
    let holds = |secret: &str| {
        let bytes = fs::read(site.database()).unwrap();
        let part = &secret.as_bytes()[100..132];
        bytes.windows(part.len()).any(|window| window == part)
    };
    assert!(holds(&secret));
    site.tool(&["key", "rotate"], "");
    let second = site.secret();
    site.tool(&["key", "rotate"], "");
    site.tool(&["key", "retire"], "");
    assert!(!holds(&secret) && !holds(&second));
    assert!(holds(&site.secret()));
}

#[test]
fn a_retired_key_that_a_reader_keeps_in_the_file_is_told_with_what_to_do() {
    let (site, _) = Site::with_ada();
    if site.is_postgres() {
        return;
    }
    let server = site.serve();
    let secret = site.secret();
    let holds = |name: &str| {
        let (bytes, part) = (
            fs::read(site.path(name)).unwrap(),
            &secret.as_bytes()[100..132],
        );
        bytes.windows(part.len()).any(|window| window == part)
    };
    site.tool(&["key", "rotate"], "");
    site.in_transaction("SELECT count(*) FROM settings", || {
        let (status, out, err) = site.try_tool(&["key", "retire"], "");
        assert_eq!((status.code(), out.as_str()), (Some(0), "1\n"), "{err}");
        let said = format!(
            "barejwt-server: another program is using {0}, so that what was deleted stays in it and in \
             {0}-wal: run `barejwt-server key list` on it when that program has ended\n",
            site.database()
        );
        assert_eq!(err, said);
        // This deletes nothing.
        let (status, _, err) = site.try_tool(&["key", "list"], "");
        assert_eq!((status.code(), err.as_str()), (Some(0), ""));
    });
    assert!(holds("site.db"));
    let (status, _, err) = site.try_tool(&["key", "list"], "");
    assert_eq!((status.code(), err.as_str()), (Some(0), ""));
    assert!(!holds("site.db") && !holds("site.db-wal"));
    drop(server);
}

#[test]
fn a_log_that_cannot_be_emptied_is_told_with_the_reason() {
    let (site, _) = Site::with_ada();
    if site.is_postgres() {
        return;
    }
    // Ada's row is now far behind the start of the file.
    site.sql(
        "INSERT INTO accounts WITH RECURSIVE numbers (n) AS \
         (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 500) \
         SELECT 'id' || n, 'user' || n || '@example.org', hex(zeroblob(200)), 'x', 1 FROM numbers",
    );
    site.add_user("zoe@example.org", PASSWORD);
    // No file of this process may grow beyond so many blocks of 512 bytes; writing fails then.
    let line = "trap '' XFSZ; ulimit -f 64; echo 'another password' | \"$@\"";
    let mut shell = std::process::Command::new("sh");
    let shell = shell
        .args(["-c", line, "sh", env!("CARGO_BIN_EXE_barejwt-server")])
        .args([
            "--database",
            site.database(),
            "user",
            "passwd",
            "zoe@example.org",
        ]);
    let output = shell.output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    let said = format!("barejwt-server: cannot empty {}-wal: ", site.database());
    assert!(
        err.starts_with(&said) && !err.contains("another program"),
        "{err}"
    );
    assert_eq!(output.status.code(), Some(0));
}

/// How long the second of two commands takes that begin one after the other while a third program reads.
fn second_of_two(site: &Site) -> Duration {
    // The log must have something to empty.
    site.tool(&["key", "rotate"], "");
    let mut took = Duration::ZERO;
    site.in_transaction("SELECT count(*) FROM settings", || {
        std::thread::scope(|scope| {
            scope.spawn(|| site.tool(&["key", "retire"], ""));
            std::thread::sleep(Duration::from_millis(500));
            let start = Instant::now();
            site.tool(&["key", "retire"], "");
            took = start.elapsed();
        });
    });
    took
}

#[test]
fn a_command_waits_at_its_end_for_five_seconds_at_most() {
    let (site, _) = Site::with_ada();
    if site.is_postgres() {
        return;
    }
    let _server = site.serve();
    site.tool(&["key", "rotate"], "");
    // A slow machine may need another try.
    let in_time = |_| second_of_two(&site) < Duration::from_secs(8);
    assert!((0..3).any(in_time));
}

#[test]
fn a_url_of_no_postgresql_is_no_path() {
    let site = Site::new();
    let refused = "--database takes the path of a SQLite file or a postgres:// URL, and no other URL; \
                   before a file name with a colon put ./";
    for url in [
        "sqlite:site.db",
        "SQLITE://site.db",
        "mysql://h/x",
        "file:site.db",
        "postgres:x",
    ] {
        for command in [&["serve"][..], &["user", "list"], &["key", "rotate"]] {
            let mut process = site.command(command);
            let output = process.args(["--database", url]).output().unwrap();
            let err = String::from_utf8(output.stderr).unwrap();
            assert_eq!(err, format!("barejwt-server: {refused}\n"));
            assert_eq!(output.status.code(), Some(1));
        }
    }
    // No file of such a name has been made.
    assert_eq!(fs::read_dir(site.path(".")).unwrap().count(), 0);
    // RFC 3986 3.1: a scheme is the same in upper case.
    let mut process = site.command(&["key", "list"]);
    let url = "POSTGRES://ada@127.0.0.1:1/x";
    let output = process.args(["--database", url]).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.contains("Connection refused"), "{err}");
}

#[test]
fn an_unknown_sslmode_is_told_with_those_that_there_are() {
    let site = Site::new();
    let mut process = site.command(&["key", "list"]);
    let url = "postgres://ada@127.0.0.1:1/x?sslmode=on";
    let output = process.args(["--database", url]).output().unwrap();
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "barejwt-server: sslmode must be disable, allow, prefer, require, verify-ca or verify-full\n"
    );
}

#[test]
fn a_lock_that_another_program_keeps_is_told_with_what_to_do() {
    let (site, _) = Site::with_ada();
    if site.is_postgres() {
        return;
    }
    site.while_locked(|| {
        let (status, _, err) = site.try_tool(&["key", "rotate"], "");
        assert_eq!(status.code(), Some(1));
        let said =
            "the database is locked: another program is writing to it; try again, or end that one";
        assert!(err.contains(said), "{err}");
    });
}

#[test]
fn a_database_that_is_not_there_is_an_error_where_one_must_be() {
    let site = Site::new();
    if site.is_postgres() {
        return;
    }
    for command in [
        &["user", "add", EMAIL][..],
        &["key", "rotate"],
        &["key", "retire"],
    ] {
        let (status, out, err) = site.try_tool(command, PASSWORD);
        assert_eq!((status.code(), out.as_str()), (Some(1), ""), "{command:?}");
        assert!(err.contains("is not there: name the right one"), "{err}");
        assert!(!Path::new(site.database()).exists());
    }
}

#[test]
fn why_a_database_cannot_be_opened_is_told_at_once_and_once() {
    let site = Site::new();
    for (url, said) in [
        (
            "postgres://ada@127.0.0.1:1/x",
            "cannot open the database postgres://ada@127.0.0.1:1/x: Connection refused (os error 111)",
        ),
        (
            "postgres://ada@[::1]:1/x",
            "cannot open the database postgres://ada@[::1]:1/x: Connection refused (os error 111)",
        ),
    ] {
        for command in [&["serve"][..], &["key", "rotate"]] {
            let start = Instant::now();
            let mut process = site.command(command);
            let output = process.args(["--database", url]).output().unwrap();
            let err = String::from_utf8(output.stderr).unwrap();
            assert_eq!(err, format!("barejwt-server: {said}\n"));
            assert!(
                start.elapsed() < Duration::from_secs(30),
                "{:?}",
                start.elapsed()
            );
        }
    }
}

/// The output on standard error of `key list` with this database.
fn key_list_fails(site: &Site, url: &str) -> String {
    // The later `--database` counts.
    let (status, out, err) = site.try_tool(&["key", "list", "--database", url], "");
    assert_eq!((status.code(), out.as_str()), (Some(1), ""), "{err}");
    err
}

#[test]
fn why_postgresql_refuses_is_told_once_with_the_host() {
    let site = Site::new();
    if !site.is_postgres() {
        return;
    }
    let there = url::Url::parse(site.database()).unwrap();
    let (mut wrong, mut missing) = (there.clone(), there.clone());
    wrong.set_password(Some("wrong")).unwrap();
    missing.set_path("/not_there");
    for (url, why) in [
        (wrong, "password authentication failed for user \"barejwt\""),
        (missing, "database \"not_there\" does not exist"),
    ] {
        let err = key_list_fails(&site, url.as_str());
        let mut shown = url;
        shown.set_password(None).unwrap();
        let said = format!("barejwt-server: cannot open the database {shown}: {why}\n");
        assert_eq!(err, said);
    }
}

#[test]
fn a_server_whose_database_goes_away_tells_why_once_with_the_host() {
    let (site, other) = (Site::new(), Site::new());
    if !site.is_postgres() {
        return;
    }
    let server = site.serve();
    let mut shown = url::Url::parse(site.database()).unwrap();
    shown.set_password(None).unwrap();
    let name = shown.path().trim_start_matches('/');
    other.sql(&format!("DROP DATABASE {name} WITH (FORCE)"));
    let said = format!(
        "cannot take the settings again: the database {shown}: database \"{name}\" does not exist\n"
    );
    wait_until(&said, || server.log().contains(&said));
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(server.log().matches(&said).count(), 1, "{}", server.log());
}

#[test]
fn a_server_that_gets_no_connection_any_more_tells_why_with_the_host() {
    let site = Site::new();
    if !site.is_postgres() {
        return;
    }
    let mut url = url::Url::parse(site.database()).unwrap();
    let name = url.path().trim_start_matches('/').to_owned();
    let role = format!("role_of_{name}");
    site.sql(&format!("CREATE ROLE {role} LOGIN PASSWORD 'changeme'"));
    site.sql(&format!("ALTER DATABASE {name} OWNER TO {role}"));
    url.set_username(&role).unwrap();
    url.set_password(Some("changeme")).unwrap();
    let server = site.serve_with(&["--database", url.as_str()]);
    site.sql(&format!("ALTER ROLE {role} CONNECTION LIMIT 0"));
    site.sql(&format!(
        "SELECT CAST(pg_terminate_backend(pid) AS TEXT) FROM pg_stat_activity \
         WHERE usename = '{role}'"
    ));
    url.set_password(None).unwrap();
    let said = format!(
        "cannot take the settings again: the database {url}: too many connections for role \"{role}\"\n"
    );
    wait_until(&said, || server.log().contains(&said));
}

#[test]
fn a_host_that_does_not_answer_is_told_after_seconds() {
    // It accepts connections, and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://ada@{}/x", silent.local_addr().unwrap());
    let start = Instant::now();
    let err = key_list_fails(&Site::new(), &url);
    let said = format!(
        "barejwt-server: cannot open the database {url}: the host has not answered in 8 s\n"
    );
    assert_eq!(err, said);
    assert!(
        start.elapsed() >= Duration::from_secs(8),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn an_ipv6_address_in_a_url_is_connected_to() {
    let (site, id) = Site::with_ada();
    if !site.is_postgres() || TcpListener::bind("[::1]:0").is_err() {
        return;
    }
    let url = site.database().replace("@127.0.0.1:", "@[::1]:");
    assert_ne!(url, site.database());
    let listed = site.tool(&["user", "list", "--database", &url], "");
    assert_eq!(listed, format!("{id}\t{EMAIL}\tAda"));
}

const ILL_FILE: &str =
    "the database file was deleted or replaced, or cannot be looked at: the log says why\n";

#[test]
fn a_file_that_is_deleted_or_replaced_under_a_server_is_noticed() {
    let (site, id) = Site::with_ada();
    if site.is_postgres() {
        return;
    }
    let server = site.serve();
    let token = site.mint(&id, now(), 60);
    let (here, away) = (site.database(), site.path("away"));
    let gone = (503, ILL_FILE.to_owned());

    fs::rename(here, &away).unwrap();
    assert_eq!(server.monitor("/health"), gone);
    fs::write(here, "").unwrap();
    assert_eq!(server.monitor("/health"), gone);
    // Between the two changes it may also have been seen deleted.
    let said = format!(
        "cannot take the settings again: the database {here} was replaced: start the server again"
    );
    wait_until(&said, || server.log().contains(&said));
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(server.log().matches(&said).count(), 1, "{}", server.log());

    fs::rename(&away, here).unwrap();
    wait_until("well", || server.monitor("/health").0 == 200);
    server.me(&token).data();
}

#[test]
fn a_file_that_cannot_be_looked_at_is_not_said_to_be_deleted() {
    let (site, _) = Site::with_ada();
    if site.is_postgres() {
        return;
    }
    let server = site.serve();
    let (here, away) = (site.database(), site.path("away"));
    fs::rename(here, &away).unwrap();
    // A link to itself is an error for root too.
    std::os::unix::fs::symlink(here, here).unwrap();
    assert_eq!(server.monitor("/health"), (503, ILL_FILE.to_owned()));
    let said = format!("cannot look at the database {here}: Too many levels of symbolic links");
    wait_until(&said, || server.log().contains(&said));
    fs::rename(&away, here).unwrap();
    wait_until("well", || server.monitor("/health").0 == 200);
}

#[test]
fn ten_rotations_at_once_all_succeed() {
    let (site, id) = Site::with_ada();
    let server = site.serve();
    let token = site.mint(&id, now(), 60);
    let kids: Vec<_> = std::thread::scope(|scope| {
        let rotate = |_| scope.spawn(|| site.try_tool(&["key", "rotate"], ""));
        let threads: Vec<_> = (0..10).map(rotate).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    for (status, _, err) in &kids {
        assert!(status.success(), "{err}");
    }
    server.wait_for_log(" former=10\n");
    server.me(&token).data();
    assert_eq!(site.tool(&["key", "retire"], ""), "10");
}

#[test]
fn a_database_that_others_can_read_gets_a_warning() {
    let (site, _) = Site::with_ada();
    if site.is_postgres() {
        return;
    }
    let warning = "others can read the keys in ";
    assert!(!site.try_tool(&["key", "rotate"], "").2.contains(warning));
    let open = fs::Permissions::from_mode(0o640);
    fs::set_permissions(site.database(), open).unwrap();
    let (status, _, err) = site.try_tool(&["key", "rotate"], "");
    assert!(status.success() && err.contains(warning), "{err}");
    assert!(site.serve().log().contains(warning));
}
