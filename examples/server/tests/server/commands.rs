//! `user` and `key`: what an operator does beside `serve`.

use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::site::*;

const NEW: &str = "a new password";

/// A command that runs.
struct Running(Child);

fn start(mut command: Command) -> Running {
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    Running(command.spawn().unwrap())
}

impl Running {
    /// How it ended, and its output. A command that does not end is ended.
    fn wait(mut self) -> (Option<i32>, String, String) {
        let start = Instant::now();
        while self.0.try_wait().unwrap().is_none() {
            if start.elapsed() > Duration::from_secs(30) {
                self.0.kill().unwrap();
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let output = self.0.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.code(),
            text(output.stdout),
            text(output.stderr),
        )
    }
}

#[test]
fn a_new_password_from_the_operator_ends_every_session() {
    let (site, _) = Site::with_ada();
    let server = site.serve();
    let pair = server.log_in();
    assert_eq!(site.tool(&["user", "passwd", " ADA@example.org"], NEW), "");
    server
        .try_log_in(EMAIL, PASSWORD)
        .refused(40020, WRONG_CREDENTIAL);
    server.try_log_in(EMAIL, NEW).data();
    let changed = "the account has changed since the token was issued";
    server.try_refresh(&pair.refresh).refused(40020, changed);

    for (email, password, why) in [
        (
            "bob@example.org",
            NEW,
            "there is no user with this email address",
        ),
        (
            EMAIL,
            "12345678",
            "this password is among the commonest, which are tried first: take another",
        ),
        (
            EMAIL,
            "        ",
            "a new password must not be of blanks alone",
        ),
        (EMAIL, NEW, "the new password is the current one"),
    ] {
        let (status, out, err) = site.try_tool(&["user", "passwd", email], password);
        assert_eq!((status.code(), out.as_str()), (Some(1), ""));
        assert_eq!(err, format!("barejwt-server: {why}\n"));
    }
}

#[test]
fn users_are_listed_and_removed_with_their_sessions() {
    let (site, ada) = Site::with_ada();
    let bob = site.add_user("bob@example.org", "bob's password");
    let server = site.serve();
    let pair = server.log_in();
    assert_eq!(
        site.tool(&["user", "list"], ""),
        format!("{ada}\tada@example.org\tAda\n{bob}\tbob@example.org\tAda")
    );
    assert_eq!(site.tool(&["user", "remove", EMAIL], ""), ada);
    assert_eq!(
        site.tool(&["user", "list"], ""),
        format!("{bob}\tbob@example.org\tAda")
    );
    server
        .try_log_in(EMAIL, PASSWORD)
        .refused(40020, WRONG_CREDENTIAL);
    let nobody = "the subject is not the expected one";
    server.me(&pair.access).refused(401, nobody);
    server.try_refresh(&pair.refresh).refused(40020, nobody);
    assert!(!site.try_tool(&["user", "remove", EMAIL], "").0.success());
    server
        .try_log_in("bob@example.org", "bob's password")
        .data();
}

#[test]
fn of_ten_who_remove_a_user_at_once_one_succeeds() {
    let (site, ada) = Site::with_ada();
    let removing: Vec<_> = (0..10)
        .map(|_| start(site.command(&["user", "remove", EMAIL])))
        .collect();
    let ended: Vec<_> = removing.into_iter().map(Running::wait).collect();
    let (won, lost): (Vec<_>, Vec<_>) = ended
        .into_iter()
        .partition(|(status, ..)| *status == Some(0));
    assert_eq!(won, [(Some(0), format!("{ada}\n"), String::new())]);
    let said = "barejwt-server: there is no user with this email address\n";
    for outcome in lost {
        assert_eq!(outcome, (Some(1), String::new(), said.to_owned()));
    }
}

#[test]
fn standard_input_without_end_is_no_password() {
    let site = Site::new();
    site.create();
    let mut adding = site.command(&["user", "add", EMAIL]);
    adding.stdin(std::fs::File::open("/dev/zero").unwrap());
    let (status, _, err) = start(adding).wait();
    assert_eq!(status, Some(1));
    let said = "barejwt-server: a new password must have 8 to 256 characters\n";
    assert_eq!(err, said);
}

#[test]
fn a_password_is_the_first_line_of_a_file() {
    let (site, _) = Site::with_ada();
    let server = site.serve();
    for (number, content) in ["{}", "{}\n", "{}\r\n", "{}\nanother line\n"]
        .into_iter()
        .enumerate()
    {
        let password = format!("password {number} of a file ");
        std::fs::write(site.path("password"), content.replace("{}", &password)).unwrap();
        let mut changing = site.command(&["user", "passwd", EMAIL]);
        changing.stdin(std::fs::File::open(site.path("password")).unwrap());
        let (status, _, err) = start(changing).wait();
        assert_eq!((status, err.as_str()), (Some(0), ""), "{content:?}");
        server.try_log_in(EMAIL, &password).data();
    }
}

#[test]
fn names_that_would_show_something_else_are_refused() {
    let site = Site::new();
    site.create();
    for name in [
        "evil\u{202e}gro.elpmaxe",
        "\u{2066}ada",
        "a\u{200b}da",
        "a\u{2028}da",
        "\u{feff}ada",
        "ada\u{e0041}",
        "a\nda",
    ] {
        let email = format!("{name}@example.org");
        for args in [&[email.as_str()][..], &[EMAIL, "--nickname", name]] {
            let (status, _, err) = site.try_tool(&[&["user", "add"], args].concat(), PASSWORD);
            assert_eq!(status.code(), Some(1), "{name:?}");
            assert!(err.contains("invisible characters"), "{err}");
        }
    }
    // Names of people: Persian with a joiner, a family of emoji, an accent of its own.
    for name in [
        "\u{645}\u{6cc}\u{200c}\u{62e}",
        "\u{1f468}\u{200d}\u{1f469}",
        "Zoe\u{308}",
    ] {
        let email = format!("{}@example.org", random());
        site.tool(&["user", "add", &email, "--nickname", name], PASSWORD);
    }
}

#[test]
fn keys_are_listed_without_their_secrets() {
    let (site, _) = Site::with_ada();
    assert_eq!(site.tool(&["key", "list"], ""), "sign");
    let second = site.tool(&["key", "rotate"], "");
    let third = site.tool(&["key", "rotate"], "");
    let listed = site.tool(&["key", "list"], "");
    let mut lines: Vec<_> = listed.lines().collect();
    lines[1..].sort_unstable();
    let former = format!("verify {second}");
    assert_eq!(lines, [&format!("sign {third}"), "verify", &former]);
}

#[test]
fn keys_are_exported_for_those_who_verify() {
    let (site, _) = Site::with_ada();
    let first = site.secret();
    let kid = site.tool(&["key", "rotate"], "");
    let encoded = |secret: &str| Base64UrlUnpadded::encode_string(secret.as_bytes());
    assert_eq!(
        site.tool(&["key", "export"], ""),
        format!(
            "sign {} {kid}\nverify {}",
            encoded(&site.secret()),
            encoded(&first)
        )
    );

    // A file that others can read gets a warning.
    for (mode, is_warned_of) in [(0o600, false), (0o644, true)] {
        let path = site.path(&format!("keys-{mode:o}"));
        let file = std::fs::File::create(&path).unwrap();
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(&path, permissions).unwrap();
        let mut export = site.command(&["key", "export"]);
        let output = export.stdout(file).stderr(Stdio::piped()).output().unwrap();
        assert!(output.status.success());
        let err = String::from_utf8(output.stderr).unwrap();
        let said = "others can read the file that the keys are written to";
        assert_eq!(err.contains(said), is_warned_of, "{err}");
        assert_eq!(std::fs::read_to_string(path).unwrap().lines().count(), 2);
    }

    // `script` gives it a terminal.
    let command = site.command(&["key", "export"]);
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let line: Vec<_> = words
        .map(|word| format!("'{}'", word.to_str().unwrap()))
        .collect();
    let output = std::process::Command::new("script")
        .args([
            "--quiet",
            "--return",
            "--command",
            &line.join(" "),
            "/dev/null",
        ])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("the keys are not for a terminal"), "{said}");
    assert!(!said.contains(&encoded(&site.secret())[..20]), "{said}");
}

#[test]
fn an_address_off_the_loopback_is_warned_of_and_for_metrics_has_to_be_allowed() {
    let site = Site::new();
    let warning = "there is no TLS: passwords and tokens can be read on the way";
    assert!(!site.serve().log().contains(warning));
    let server = site.serve_with(&["--listen", "0.0.0.0:0"]);
    assert!(server.log().contains(warning), "{}", server.log());
    let server = site.serve_with(&["--listen", "0.0.0.0:0", "--behind-proxy"]);
    let warning = "others than the proxy may reach this address";
    assert!(server.log().contains(warning), "{}", server.log());

    let metrics = ["--listen-metrics", "0.0.0.0:0"];
    let (status, out, err) = site.try_tool(&[&["serve"], &metrics[..]].concat(), "");
    assert_eq!((status.code(), out.as_str()), (Some(2), ""));
    assert!(
        err.contains("give --expose-metrics to allow any address"),
        "{err}"
    );
    let server = site.serve_with(&["--listen-metrics", "0.0.0.0:0", "--expose-metrics"]);
    assert_eq!(server.monitor("/health").0, 200);
}
