//! The database: made complete and private on first use, never changed afterwards.

use std::fs;
use std::path::Path;

use barejwt::{Claims, Key};
use rusqlite::Connection;

use crate::tool::{KEY, Tool};

/// A new database that its owner alone can read: of any other there is a warning.
fn new_database(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    #[cfg(unix)]
    set_mode(path, 0o600);
    connection
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(mode);
    fs::set_permissions(path, permissions).unwrap();
}

/// A `settings` table as the reference system's, with this `secret_key`.
fn reference_database(path: &Path, wal: bool) -> Connection {
    let connection = new_database(path);
    if wal {
        connection
            .pragma_update(None, "journal_mode", "WAL")
            .unwrap();
    }
    connection
        .execute_batch(
            "CREATE TABLE settings (id INTEGER PRIMARY KEY AUTOINCREMENT, created_at DATETIME,
                 updated_at DATETIME, deleted_at DATETIME, name TEXT UNIQUE, value TEXT);
             INSERT INTO settings (name, value) VALUES ('siteName', 'Cloud'), ('empty', NULL);",
        )
        .unwrap();
    let key = str::from_utf8(KEY).unwrap();
    connection
        .execute(
            "INSERT INTO settings (name, value) VALUES ('secret_key', ?1)",
            [key],
        )
        .unwrap();
    connection
}

fn minted_by_key(key: &[u8], token: &str) -> bool {
    let key = Key::new(key).unwrap();
    let mut scratch = [0; 256];
    let said = barejwt::decode_unverified(token, &mut scratch).unwrap();
    let nbf = said.claims().unwrap().nbf().unwrap();
    let mut buf = [0; 256];
    barejwt::sign(&Claims::access("lUpa", nbf, 3600), &key, &mut buf).unwrap() == token
}

fn stored_key(path: &Path) -> String {
    Connection::open(path)
        .unwrap()
        .query_row(
            "SELECT value FROM settings WHERE name = 'secret_key'",
            (),
            |row| row.get(0),
        )
        .unwrap()
}

#[test]
fn first_use_makes_it_with_a_random_key() {
    let tool = Tool::new();
    let token = tool.ok(&["token", "--sub", "lUpa"]).out;
    assert_eq!(tool.files(), ["barejwt.db"]);
    let key = stored_key(&tool.path("barejwt.db"));
    assert_eq!(key.len(), 256);
    assert!(key.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    assert!(minted_by_key(key.as_bytes(), token.trim()));

    let other = Tool::new();
    other.ok(&["pair", "--sub", "lUpa"]);
    assert_ne!(stored_key(&other.path("barejwt.db")), key);
}

#[test]
fn random_keys_use_every_letter_and_digit_about_as_often() {
    let mut counts = [0_u32; 128];
    let runs = 40;
    for _ in 0..runs {
        let tool = Tool::new();
        tool.ok(&["token", "--sub", "lUpa"]);
        for byte in stored_key(&tool.path("barejwt.db")).bytes() {
            counts[usize::from(byte)] += 1;
        }
    }
    // 10240 draws of 62: mean 165, standard deviation 12.7; six of those either way.
    for byte in (0..128)
        .map(|byte: u8| byte)
        .filter(u8::is_ascii_alphanumeric)
    {
        let count = counts[usize::from(byte)];
        assert!((89..=241).contains(&count), "{}: {count}", char::from(byte));
    }
}

#[test]
fn later_use_leaves_it_as_it_is() {
    let tool = Tool::new();
    tool.ok(&["token", "--sub", "lUpa"]);
    let before = fs::read(tool.path("barejwt.db")).unwrap();
    let token = tool.ok(&["token", "--sub", "lUpa"]).out;
    tool.ok(&["verify", token.trim()]);
    assert!(fs::read(tool.path("barejwt.db")).unwrap() == before);
    assert_eq!(tool.files(), ["barejwt.db"]);
}

#[cfg(unix)]
#[test]
fn it_is_for_its_owner_alone_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt;

    for umask in ["000", "022", "077", "177"] {
        let tool = Tool::new();
        let binary = env!("CARGO_BIN_EXE_barejwt");
        let script = format!("umask {umask}; exec '{binary}' token --sub lUpa");
        let status = std::process::Command::new("sh")
            .args(["-c", &script])
            .env_remove("BAREJWT_KEY")
            .current_dir(tool.path("."))
            .output()
            .unwrap()
            .status;
        assert!(status.success());
        let mode = fs::metadata(tool.path("barejwt.db"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o7777, 0o600, "umask {umask}");
    }
}

#[test]
fn programs_that_make_it_at_the_same_time_agree_on_one_key() {
    let tool = Tool::new();
    let children: Vec<_> = (0..8)
        .map(|_| {
            let piped = std::process::Stdio::piped;
            let mut command = tool.command();
            command
                .args(["token", "--sub", "lUpa"])
                .stdout(piped())
                .stderr(piped());
            command.spawn().unwrap()
        })
        .collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let token = String::from_utf8(output.stdout).unwrap();
        tool.ok(&["verify", token.trim()]);
    }
    assert_eq!(tool.files(), ["barejwt.db"]);
}

#[test]
fn only_what_signs_makes_one_and_only_where_no_key_is_named() {
    let real = crate::REAL_ACCESS;
    for command in [&["verify", real][..], &["refresh", real]] {
        let tool = Tool::new();
        tool.run(command).refused(
            1,
            "there is no key: name one with --key-file, --database or BAREJWT_KEY; without them it \
             is in barejwt.db here, which `barejwt token` makes",
        );
        assert!(tool.files().is_empty());
    }
    for command in [
        &["token", "--sub", "lUpa"][..],
        &["pair", "--sub", "lUpa"],
        &["sign", "--exp", "+1h"],
        &["verify", real],
        &["refresh", real],
    ] {
        let tool = Tool::new();
        for (database, says) in [
            (
                "other.db",
                "cannot read the database other.db: No such file or directory\n",
            ),
            (
                "no/where.db",
                "cannot read the database no/where.db: No such file or directory\n",
            ),
            (
                "sqlite:other.db",
                "--database takes the path of a SQLite file, not a URL",
            ),
            (
                "file:other.db",
                "--database takes the path of a SQLite file, not a URL",
            ),
            (
                "sqlite+aiosqlite:other.db",
                "--database takes the path of a SQLite file, not a URL",
            ),
            (
                "mysql://host/x",
                "--database takes the path of a SQLite file, not a URL",
            ),
            (
                "postgres://host/x",
                "--database takes a SQLite file; with PostgreSQL let psql give",
            ),
        ] {
            let refused = tool.run(&[command, &["--database", database]].concat());
            assert_eq!(
                (refused.status, refused.out.as_str()),
                (1, ""),
                "{database}"
            );
            assert!(
                refused.err.starts_with(&format!("barejwt: {says}")),
                "{}",
                refused.err
            );
        }
        assert!(tool.files().is_empty(), "{command:?}");
    }
    let tool = Tool::new();
    tool.ok(&["sign", "--exp", "+1h"]);
    assert_eq!(tool.files(), ["barejwt.db"]);
}

#[cfg(unix)]
#[test]
fn a_link_to_nothing_is_not_written_through() {
    for command in [&["token", "--sub", "lUpa"][..], &["verify", "a.b.c"]] {
        let tool = Tool::new();
        std::os::unix::fs::symlink("elsewhere.db", tool.path("barejwt.db")).unwrap();
        tool.run(command).refused(
            1,
            "the database barejwt.db is a link to a file that is not there",
        );
        assert_eq!(tool.files(), ["barejwt.db"]);
    }
}

#[test]
fn what_cannot_be_signed_makes_none() {
    let kid = "cannot mint the token: a kid must be 1 to 63 bytes without quotes, backslashes or \
               control characters";
    for (args, why) in [
        (
            &["token", "--sub", ""][..],
            "cannot mint the token: the subject is empty",
        ),
        (
            &["pair", "--sub", ""],
            "cannot mint the token: the subject is empty",
        ),
        (
            &["token", "--sub", "a", "--claim", "exp=5"],
            "cannot mint the token: a member to sign has a name that the library writes (exp)",
        ),
        (&["sign", "--exp", "+1h", "--kid", "a\"b"], kid),
        (&["token", "--sub", "a", "--kid", "a\"b"], kid),
    ] {
        let tool = Tool::new();
        tool.run(args).refused(1, why);
        assert!(tool.files().is_empty(), "{args:?}");
    }
}

#[test]
fn a_form_of_the_key_without_a_key_is_a_wrong_command_line() {
    let tool = Tool::new();
    for command in [
        &["token", "--sub", "a"][..],
        &["sign", "--exp", "+1h"],
        &["verify", "a.b.c"],
    ] {
        for form in ["hex", "text"] {
            let refused = tool.run(&[command, &["--key-encoding", form]].concat());
            assert_eq!(refused.status, 2, "{command:?} {form}");
            let says = "--key-encoding is for a key in a --key-file or in BAREJWT_KEY";
            assert!(refused.err.contains(says), "{}", refused.err);
        }
    }
    assert!(tool.files().is_empty());
}

#[test]
fn a_weak_key_is_not_made() {
    for command in [
        &["token", "--sub", "a"][..],
        &["pair", "--sub", "a"],
        &["sign", "--exp", "+1h"],
        &["verify", "a.b.c"],
        &["refresh", "a.b.c"],
    ] {
        let tool = Tool::new();
        let refused = tool.run(&[command, &["--weak-key"]].concat());
        assert_eq!(
            (refused.status, refused.out.as_str()),
            (2, ""),
            "{command:?}"
        );
        let says = "--weak-key is for a key that you have, and there is none";
        assert!(refused.err.contains(says), "{}", refused.err);
        assert!(tool.files().is_empty(), "{command:?}");
    }
    let tool = Tool::new();
    tool.ok(&["token", "--sub", "a"]);
    tool.ok(&["token", "--sub", "a", "--weak-key"]);
}

#[test]
fn the_line_for_postgresql_is_in_the_help() {
    let help = Tool::new().ok(&["--help"]).out;
    assert!(help.contains("psql -At -c \"SELECT value FROM settings WHERE name = 'secret_key'\""));
}

#[test]
fn a_reference_database_is_used_and_stays_byte_for_byte_the_same() {
    for wal in [false, true] {
        let tool = Tool::new();
        let path = tool.path("cloudreve.db");
        reference_database(&path, wal).close().unwrap();
        let before = fs::read(&path).unwrap();
        assert_eq!(before[18], if wal { 2 } else { 1 });

        let token = tool
            .ok(&["token", "--sub", "lUpa", "--database", "cloudreve.db"])
            .out;
        assert!(minted_by_key(KEY, token.trim()));
        let pair = tool
            .ok(&["pair", "--sub", "lUpa", "--database", "cloudreve.db"])
            .json();
        let refresh = pair["refresh_token"].as_str().unwrap();
        tool.ok(&["refresh", refresh, "--database", "cloudreve.db"]);
        tool.ok(&["verify", token.trim(), "--database", "cloudreve.db"]);
        assert_eq!(
            tool.run(&["verify", refresh, "--database", "cloudreve.db"])
                .status,
            7
        );

        assert!(fs::read(&path).unwrap() == before);
        assert_eq!(tool.files(), ["cloudreve.db"]);
    }
}

#[test]
fn a_database_in_use_is_read_as_it_is_now() {
    // The key is in the write-ahead log alone: the server has not checkpointed yet.
    let tool = Tool::new();
    let path = tool.path("cloudreve.db");
    let server = reference_database(&path, true);
    let log = fs::read(tool.path("cloudreve.db-wal")).unwrap();
    let before = fs::read(&path).unwrap();
    let token = tool
        .ok(&["token", "--sub", "lUpa", "--database", "cloudreve.db"])
        .out;
    assert!(minted_by_key(KEY, token.trim()));
    assert!(fs::read(&path).unwrap() == before);
    assert!(fs::read(tool.path("cloudreve.db-wal")).unwrap() == log);
    drop(server);
}

#[test]
fn a_database_that_is_being_written_is_read_afterwards() {
    let tool = Tool::new();
    let server = reference_database(&tool.path("cloudreve.db"), false);
    // Without a journal beside it, so that the lock alone tells.
    server
        .pragma_update(None, "journal_mode", "MEMORY")
        .unwrap();
    let new = "n".repeat(64);
    server.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let update = "UPDATE settings SET value = ?1 WHERE name = 'secret_key'";
    server.execute(update, [&new]).unwrap();
    let mut command = tool.command();
    command
        .args(["token", "--sub", "lUpa", "--database", "cloudreve.db"])
        .stdout(std::process::Stdio::piped());
    let reader = command.spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    server.execute_batch("COMMIT").unwrap();
    let token = String::from_utf8(reader.wait_with_output().unwrap().stdout).unwrap();
    assert!(minted_by_key(new.as_bytes(), token.trim()));
}

#[test]
fn a_read_only_directory_is_enough_to_read() {
    let tool = Tool::new();
    fs::create_dir(tool.path("d")).unwrap();
    let names = ["d/a?b%20#c.db", "d/rollback.db"];
    for (name, wal) in names.into_iter().zip([true, false]) {
        let database = reference_database(&tool.path(name), wal);
        database.close().unwrap();
    }
    let writable = fs::metadata(tool.path("d")).unwrap().permissions();
    let mut read_only = writable.clone();
    read_only.set_readonly(true);
    fs::set_permissions(tool.path("d"), read_only).unwrap();
    for name in names {
        let token = tool.ok(&["token", "--sub", "lUpa", "--database", name]).out;
        assert!(minted_by_key(KEY, token.trim()));
    }
    assert_eq!(fs::read_dir(tool.path("d")).unwrap().count(), 2);
    // So that the directory can be removed.
    fs::set_permissions(tool.path("d"), writable).unwrap();
}

/// Asserts that both commands refuse this file with this line and do not touch it.
fn refused_untouched(tool: &Tool, line: &str) {
    let before = fs::read(tool.path("x.db")).unwrap();
    for args in [&["token", "--sub", "lUpa"][..], &["verify", "a.b.c"]] {
        tool.run(&[args, &["--database", "x.db"]].concat())
            .refused(1, line);
    }
    assert!(fs::read(tool.path("x.db")).unwrap() == before);
    assert_eq!(tool.files(), ["x.db"]);
}

#[test]
fn a_database_without_the_table_is_refused() {
    let what = "cannot read table 'settings' with columns 'name' and 'value' in x.db: \
                name the right database with --database, or give a key with --key-file: ";
    let tool = Tool::new();
    tool.write("x.db", b"");
    refused_untouched(&tool, &format!("{what}no such table: settings"));

    let tool = Tool::new();
    let connection = new_database(&tool.path("x.db"));
    connection
        .execute_batch("CREATE TABLE settings (name TEXT)")
        .unwrap();
    drop(connection);
    let refused = tool.run(&["token", "--sub", "lUpa", "--database", "x.db"]);
    assert_eq!((refused.status, refused.out.as_str()), (1, ""));
    assert!(
        refused
            .err
            .starts_with(&format!("barejwt: {what}no such column: value"))
    );
    assert_eq!(refused.err.lines().count(), 1);

    let tool = Tool::new();
    tool.write("x.db", &b"this is a text, not a database; ".repeat(64));
    refused_untouched(&tool, &format!("{what}file is not a database"));
}

#[test]
fn a_database_without_the_row_is_refused() {
    let line =
        "cannot take the key from table 'settings' in x.db: there is no value named 'secret_key'";
    for sql in [
        "DELETE FROM settings",
        "UPDATE settings SET value = NULL",
        "UPDATE settings SET name = upper(name)",
    ] {
        let tool = Tool::new();
        let connection = reference_database(&tool.path("x.db"), false);
        connection.execute(sql, ()).unwrap_or_default();
        connection
            .execute(
                "UPDATE settings SET value = NULL WHERE name = 'secret_key'",
                (),
            )
            .unwrap();
        drop(connection);
        refused_untouched(&tool, line);
    }
}

#[test]
fn two_keys_are_one_too_many() {
    let tool = Tool::new();
    let connection = new_database(&tool.path("x.db"));
    connection
        .execute_batch(
            "CREATE TABLE settings (name, value);
             INSERT INTO settings VALUES ('secret_key', 'a'), ('secret_key', 'b')",
        )
        .unwrap();
    drop(connection);
    refused_untouched(
        &tool,
        "cannot take the key from table 'settings' in x.db: there is more than one value named \
         'secret_key'",
    );
}

/// A tool beside `x.db`, whose key has five bytes.
fn with_a_short_key() -> Tool {
    let tool = Tool::new();
    let update = "UPDATE settings SET value = 'short' WHERE name = 'secret_key'";
    let connection = reference_database(&tool.path("x.db"), false);
    connection.execute(update, ()).unwrap();
    tool
}

#[test]
fn a_short_key_in_the_database_is_refused() {
    let tool = with_a_short_key();
    refused_untouched(
        &tool,
        "cannot take the key from table 'settings' in x.db: the key is too short (5 given, 32 \
         needed); anyone who has one token can find a weak key by trying, and --weak-key takes it \
         all the same",
    );
}

#[cfg(unix)]
#[test]
fn one_that_others_can_read_gets_a_warning() {
    let tool = Tool::new();
    let database = reference_database(&tool.path("barejwt.db"), false);
    database.close().unwrap();
    let token = tool.ok(&["token", "--sub", "lUpa"]).out;
    for (mode, warns) in [(0o600, false), (0o640, true), (0o604, true)] {
        set_mode(&tool.path("barejwt.db"), mode);
        let expected = format!(
            "barejwt: others on this machine can read the database barejwt.db (mode {mode:04o}): \
             chmod 600 barejwt.db\n"
        );
        for named in [&[][..], &["--database", "barejwt.db"]] {
            let said = tool
                .ok(&[&["verify", token.trim()][..], named].concat())
                .err;
            assert_eq!(said, if warns { &expected[..] } else { "" });
        }
    }
}

#[test]
fn what_is_no_file_is_no_database() {
    let tool = Tool::new();
    tool.run(&["token", "--sub", "lUpa", "--database", "."])
        .refused(1, ". is not a file, so no database");
    assert!(tool.files().is_empty());
}

#[test]
fn a_weak_key_of_a_database_is_taken_if_that_is_said() {
    let tool = with_a_short_key();
    let key = ["--database", "x.db", "--weak-key"];
    let token = tool
        .ok(&[&["token", "--sub", "lUpa"][..], &key].concat())
        .out;
    tool.ok(&[&["verify", token.trim()][..], &key].concat());
}

#[test]
fn a_token_with_any_kid_is_verified_under_a_single_key_without_name() {
    let tool = Tool::new();
    reference_database(&tool.path("barejwt.db"), false);
    let token = tool.ok(&["token", "--sub", "lUpa", "--kid", "2026-11"]).out;
    let said = tool.ok(&["verify", token.trim()]).json();
    assert_eq!(said["header"]["kid"], "2026-11");
}

/// The rows as `barejwt-server key rotate` leaves them.
#[test]
fn former_keys_verify_until_they_are_retired() {
    let tool = Tool::new();
    let connection = reference_database(&tool.path("barejwt.db"), false);
    let old = tool.ok(&["token", "--sub", "lUpa"]).out;
    connection
        .execute_batch(&format!(
            "UPDATE settings SET name = 'former_key:' WHERE name = 'secret_key';
             INSERT INTO settings (name, value) VALUES
                 ('secret_key', '{}'), ('secret_key_id', 'k2')",
            "x".repeat(64)
        ))
        .unwrap();
    let new = tool.ok(&["token", "--sub", "lUpa"]).out;
    assert_eq!(
        tool.ok(&["inspect", new.trim()]).json()["header"]["kid"],
        "k2"
    );
    for token in [&old, &new] {
        tool.ok(&["verify", token.trim()]);
    }
    let pair = tool.ok(&["pair", "--sub", "lUpa"]).json();
    tool.ok(&["refresh", pair["refresh_token"].as_str().unwrap()]);
    connection
        .execute("DELETE FROM settings WHERE name = 'former_key:'", ())
        .unwrap();
    tool.ok(&["verify", new.trim()]);
    tool.run(&["verify", old.trim()])
        .refused(5, "the token has no kid and the keyring requires one");
    // One key is left, and it has a name.
    let other = tool.ok(&["token", "--sub", "lUpa", "--kid", "k1"]).out;
    tool.run(&["verify", other.trim()])
        .refused(5, "no key of the keyring has this kid");
    let help = tool.ok(&["verify", "--help"]).out;
    assert!(
        help.contains(
            "a token with an unknown kid is refused with status 5, even if only one key is left"
        ),
        "{help}"
    );
}
