//! Whatever ends the client while it writes, the session file is the old one or the new one.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::thread;
use std::time::Duration;

use crate::client::{Client, finish, run_with_input};
use crate::server::Server;

/// The kernel ends a process that writes to a file past its limit, or if the signal is ignored
/// refuses the write.
const SIGXFSZ: i32 = 25;
const ENDED: [&str; 3] = ["sh", "-c", "ulimit -f 0; exec \"$0\" \"$@\""];
const REFUSED: [&str; 3] = ["sh", "-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\""];

#[test]
fn a_crash_in_the_middle_of_writing_leaves_the_old_file_whole() {
    let server = Server::start();
    let client = Client::logged_in(&server.url);
    client.expire_access();
    let before = client.stored();
    let outcome = run_with_input(client.command_by(&ENDED, &["token"]), "");
    assert_eq!(outcome.status.signal(), Some(SIGXFSZ), "{}", outcome.err);
    assert_eq!(client.stored(), before);
}

#[test]
fn a_pair_that_cannot_be_kept_is_told_and_leaves_the_old_file_whole() {
    let server = Server::start();
    let client = Client::logged_in(&server.url);
    client.expire_access();
    let before = client.stored();
    let outcome = run_with_input(client.command_by(&REFUSED, &["token"]), "");
    let line = format!(
        "the new session cannot be kept in {}: File too large (os error 27): mend that and log in \
         with `barejwt-client login EMAIL`",
        client.file().display()
    );
    outcome.failed(3, &line);
    assert_eq!(client.stored(), before);
}

#[test]
fn killed_at_any_moment_it_leaves_a_whole_file() {
    let server = Server::start();
    let client = Client::logged_in(&server.url);
    for milliseconds in 0..30 {
        client.expire_access();
        let mut child = client.spawn(&["token"]);
        thread::sleep(Duration::from_millis(milliseconds));
        // It may have ended by itself.
        let _ = child.kill();
        finish(child);
        if client.file().exists() {
            let (access, _) = client.tokens();
            assert_eq!(server.me(&access)["code"], 0);
        } else {
            // The server had renewed the pair, and was asked again with the used token.
            client.log_in(&server.url).done();
        }
    }
    // Nothing piles up.
    let known = ["session.json", "session.json.lock", "session.json.new"];
    for entry in fs::read_dir(client.path("barejwt")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(known.contains(&name.as_str()), "{name}");
    }
}
