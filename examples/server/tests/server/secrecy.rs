//! No password, token, key or hash in the log, however much is logged, nor in any answer or metric.

use serde_json::json;

use crate::site::*;
use crate::tells_nothing::tells_nothing;

#[test]
fn the_log_and_the_metrics_tell_no_secret() {
    let (site, id) = Site::with_ada();
    let unlimited = ["--limit-address", "1000000", "--limit-account", "1000000"];
    let server = site.serve_with(&[&unlimited[..], &["--log", "trace"]].concat());
    let (new, wrong) = ("N3w-passw0rd-of-ada", "Wr0ng-passw0rd-of-ada");
    let first = server.log_in();
    let second = server.refresh(&first.refresh);
    server.me(&second.access).data();
    server.try_refresh(&first.refresh).refused(40020, REPLAYED);
    server.try_refresh(&second.refresh).refused(40020, REVOKED);
    let third = server.log_in();
    server.sign_out(&third.refresh).data();
    server
        .try_log_in(EMAIL, wrong)
        .refused(40020, WRONG_CREDENTIAL);
    server.change_password(&second.access, PASSWORD, new).data();
    server.send(
        "POST",
        "/api/v4/session/token",
        &json!({"email": EMAIL, "password": [wrong]}),
    );
    server.get(&format!("/api/v4/user/info/{}", second.access), None);
    server.get(&format!("/{}?token={}", second.access, second.access), None);
    let kid = site.tool(&["key", "rotate"], "");
    server.wait_for_keys(&kid, 1);
    let fourth = Pair::of(&server.try_log_in(EMAIL, new).data()["token"]);

    let (log, metrics) = (server.log(), server.monitor("/metrics").1);
    assert!(log.contains("DEBUG") && log.contains(&id), "{log}");
    let mut secrets = vec![PASSWORD.to_owned(), new.to_owned(), wrong.to_owned()];
    for pair in [&first, &second, &third, &fourth] {
        for token in [&pair.access, &pair.refresh] {
            // The header is the same in every token.
            secrets.extend(token.split('.').skip(1).map(str::to_owned));
        }
    }
    secrets.extend(site.texts("SELECT value FROM settings WHERE length(value) > 200"));
    secrets.extend(
        site.texts("SELECT password_hash FROM accounts")
            .iter()
            .flat_map(|hash| hash.split('$').skip(4).map(str::to_owned)),
    );
    assert_eq!(secrets.len(), 3 + 16 + 2 + 2);
    for secret in &secrets {
        tells_nothing(&log, secret);
        tells_nothing(&metrics, secret);
    }
}

#[test]
fn a_password_in_the_database_url_is_never_shown() {
    let site = Site::new();
    let url = "postgres://barejwt:Pa55-word-of-the-site@127.0.0.1:1/x";
    for command in [
        &["serve"][..],
        &["user", "list"],
        &["key", "rotate"],
        &["key", "retire"],
    ] {
        let mut process = site.command(command);
        // The later one counts.
        let output = process.args(["--database", url]).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{command:?}");
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(
            said.starts_with(
                "barejwt-server: cannot open the database postgres://barejwt@127.0.0.1:1/x: "
            ),
            "{said}"
        );
        tells_nothing(&said, "Pa55-word-of-the-site");
    }
}

#[test]
fn a_password_in_the_wrong_place_of_the_command_line_is_not_repeated() {
    let site = Site::new();
    for args in [
        &["hunter2"][..],
        &["user", "add", EMAIL, "hunter2"],
        &["user", "hunter2"],
        &["serve", "--limit-address", "hunter2"],
        &["serve", "--log=hunter2"],
    ] {
        let (status, out, err) = site.try_tool(args, "");
        assert_eq!((status.code(), out.as_str()), (Some(2), ""), "{args:?}");
        assert!(!err.contains("hunter2") && err.contains("'...'"), "{err}");
    }
    let (_, _, err) = site.try_tool(&["serve", "--limits", "5"], "");
    assert!(err.contains("'--limits'"), "{err}");
}

#[test]
fn a_value_that_is_no_text_is_not_shown_and_its_option_named() {
    let site = Site::new();
    let wrong: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(b"hunter2\xff");
    for (args, what) in [
        (
            &["user", "add", EMAIL, "--nickname"][..],
            "the value of --nickname",
        ),
        (&["serve", "--listen"], "the value of --listen"),
        (&["user", "add"], "an argument"),
        (&["user", "add", "--nickname=Ann"], "an argument"),
    ] {
        let refused = site.command(args).arg(wrong).output().unwrap();
        assert_eq!(refused.status.code(), Some(2), "{args:?}");
        let err = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(err, format!("error: {what} is not UTF-8\n"));
    }
}
