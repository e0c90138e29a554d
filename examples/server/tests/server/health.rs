//! `/health` and the log: they tell what is so.

use std::time::{Duration, Instant};

use crate::site::*;

const NO_CHANGES: &str = "the database takes no changes\n";

#[test]
fn it_is_ill_while_another_program_keeps_the_lock() {
    let (site, id) = Site::with_ada();
    let server = site.serve();
    let token = site.mint(&id, now(), 60);
    site.while_locked(|| {
        assert_eq!(server.monitor("/health"), (503, NO_CHANGES.to_owned()));
        // Who only reads goes on.
        server.me(&token).data();
    });
    wait_until("well", || server.monitor("/health").0 == 200);
}

#[test]
fn it_is_ill_when_the_disk_is_full() {
    let (site, _) = Site::with_ada();
    if site.is_postgres() {
        return;
    }
    // No file of this process may grow beyond so many blocks of 512 bytes; writing fails then.
    let server = site.serve_after("trap '' XFSZ; ulimit -f 64");
    assert_eq!(server.monitor("/health").0, 200);
    wait_until("full", || {
        server.try_log_in("nobody@example.org", "x").status != 200
    });
    // What it said before is kept for a second.
    wait_until("ill", || server.monitor("/health").0 == 503);
    assert_eq!(server.monitor("/health"), (503, NO_CHANGES.to_owned()));
}

#[test]
fn however_many_ask_it_writes_once_a_second() {
    let (site, _) = Site::with_ada();
    let server = site.serve();
    let start = Instant::now();
    let written = "SELECT CAST(max(free_at) AS TEXT) FROM attempts";
    let mut times = std::collections::BTreeSet::new();
    for _ in 0..30 {
        let asking = || assert_eq!(server.monitor("/health"), (200, "ok\n".to_owned()));
        std::thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(asking))));
        times.extend(site.texts(written));
    }
    let most = 2 + start.elapsed().as_secs();
    assert!(u64::try_from(times.len()).unwrap() <= most, "{times:?}");
}

#[test]
fn a_fault_that_every_request_meets_is_logged_once_and_counted_each_time() {
    let (site, id) = Site::with_ada();
    let server = site.serve();
    let token = site.mint(&id, now(), 600);
    let said = |reason: &str| {
        let log = server.log();
        let lines = log.lines().filter(|line| line.contains("internal error: "));
        lines.filter(|line| line.contains(reason)).count()
    };
    let start = Instant::now();
    let refresh = server.log_in().refresh;
    site.sql("ALTER TABLE accounts RENAME TO elsewhere");
    (0..100).for_each(|_| server.me(&token).failed(500));
    // The same reason is said again after a minute.
    let most = 1 + start.elapsed().as_secs() / 60;
    assert!(
        (1..=most).contains(&(said("accounts") as u64)),
        "{}",
        server.log()
    );
    let counted = "barejwt_answers_total{route=\"/api/v4/user/me\",code=\"500\"}";
    assert_eq!(server.metric(counted), 100.0);

    // Another reason is not hidden for longer than a second.
    site.sql("ALTER TABLE elsewhere RENAME TO accounts");
    site.sql("ALTER TABLE chains RENAME TO elsewhere");
    wait_until("another reason", || {
        server.try_refresh(&refresh).failed(500);
        said("chains") > 0
    });
}

#[test]
fn the_log_tells_who_was_refused_and_which_keys_are_new() {
    let (site, id) = Site::with_ada();
    let server = site.serve_with(&["--limit-address", "2", "--limit-account", "1"]);
    server
        .try_log_in(EMAIL, "wrong")
        .refused(40020, WRONG_CREDENTIAL);
    server.try_log_in(EMAIL, "wrong").failed(429);
    let by_address = "refused: too many attempts from this address what=LogIn address=127.0.0.1";
    // A second after the last line.
    wait_until(by_address, || {
        server.try_log_in(EMAIL, "wrong").failed(429);
        server.log().contains(by_address)
    });
    let kid = site.tool(&["key", "rotate"], "");
    server.wait_for_keys(&kid, 1);
    let log = server.log();
    for line in [
        "INFO barejwt_server::serve::routes: a login failed address=127.0.0.1",
        "refused: too many attempts with one account what=LogIn",
        &format!("took up the keys after a rotation kid=\"{kid}\" former=1"),
    ] {
        assert!(log.contains(line), "{line}: {log}");
    }
    assert!(!log.contains(EMAIL) && !log.contains(&id), "{log}");
}

#[test]
fn a_flood_of_attempts_is_one_line_for_each_failed_login_and_few_for_the_others() {
    let (site, _) = Site::with_ada();
    let server = site.serve_with(&["--limit-address", "3", "--limit-account", "1000"]);
    let lines = |said: &str| -> Vec<String> {
        let log = server.log();
        let lines = log.lines().filter(|line| line.contains(said));
        lines.map(str::to_owned).collect()
    };
    let start = Instant::now();
    let refused = (0..50)
        .filter(|_| server.try_log_in(EMAIL, "wrong").status == 429)
        .count();
    // An attempt is free again after a third of a minute.
    let failed = lines("a login failed address=127.0.0.1").len();
    assert_eq!((failed, refused), (50 - refused, 50 - failed));
    assert!(refused > 0);
    let said = "refused: too many attempts from this address what=";
    let most = 1 + start.elapsed().as_secs() / 60;
    assert!(
        (1..=most).contains(&(lines(said).len() as u64)),
        "{}",
        server.log()
    );

    // The next line has the number of those that were left out.
    let next = format!("{said}Refresh");
    wait_until(&next, || {
        server.try_refresh("a.b.c");
        !lines(&next).is_empty()
    });
    let line = lines(&next).remove(0);
    let (_, left_out) = line.rsplit_once("left_out=").unwrap();
    assert!(left_out.parse::<usize>().unwrap() + 1 >= refused, "{line}");
}

#[test]
fn a_bad_setting_is_warned_of_once_and_so_is_its_end() {
    let (site, _) = Site::with_ada();
    let server = site.serve();
    site.sql("UPDATE settings SET value = 'soon' WHERE name = 'access_token_ttl'");
    let said = "WARN barejwt_server::serve::warnings: cannot take the settings again: the setting";
    server.wait_for_log(said);
    // It reads the settings again and again.
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(server.log().matches(said).count(), 1, "{}", server.log());
    site.sql("UPDATE settings SET value = '60' WHERE name = 'access_token_ttl'");
    server.wait_for_log("no longer: cannot take the settings");
}
