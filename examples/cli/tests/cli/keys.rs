//! Where the key comes from: the order of the sources, and what is refused.

use crate::tool::{KEY, Tool, base64url, token_of};

const CLAIMS: &str = r#"{"token_type":"access","sub":"lUpa","exp":9999999999,"nbf":1}"#;

#[test]
fn a_key_file_goes_before_the_environment_and_that_before_the_database() {
    let ours = token_of(CLAIMS);
    let other = [b'x'; 32];

    let tool = Tool::with_env_key(&other);
    tool.write("key", KEY);
    assert_eq!(tool.run(&["verify", &ours, "--key-file", "key"]).status, 0);
    assert_eq!(tool.run(&["verify", &ours]).status, 5);

    let tool = Tool::new();
    tool.ok(&["token", "--sub", "lUpa"]);
    assert_eq!(tool.run(&["verify", &ours]).status, 5);
    let with_key = tool
        .command()
        .env("BAREJWT_KEY", str::from_utf8(KEY).unwrap())
        .args(["verify", &ours])
        .output();
    assert_eq!(with_key.unwrap().status.code(), Some(0));
}

#[test]
fn a_key_from_elsewhere_makes_no_database() {
    let tool = Tool::with_key();
    tool.ok(&["token", "--sub", "lUpa"]);
    assert!(tool.files().is_empty());
    tool.write("key", KEY);
    tool.ok(&["token", "--sub", "lUpa", "--key-file", "key"]);
    assert_eq!(tool.files(), ["key"]);
}

#[test]
fn one_newline_at_the_end_of_a_key_is_not_part_of_it() {
    let (tool, ours) = (Tool::new(), token_of(CLAIMS));
    for (suffix, status) in [("", 0), ("\n", 0), ("\n\n", 5), (" ", 5)] {
        let key = [KEY, suffix.as_bytes()].concat();
        tool.write("key", &key);
        let from_file = tool.run(&["verify", &ours, "--key-file", "key"]);
        let from_stdin = tool.run_with_input(&["verify", &ours, "--key-file", "-"], &key);
        let from_variable = Tool::with_env_key(&key).run(&["verify", &ours]);
        for outcome in [from_file, from_stdin, from_variable] {
            assert_eq!(outcome.status, status, "{suffix:?}");
        }
    }
}

#[test]
fn what_an_editor_has_put_around_a_key_is_refused() {
    let (tool, ours) = (Tool::new(), token_of(CLAIMS));
    let utf_16 = "it starts with the byte order mark of UTF-16: save it as UTF-8, without a mark";
    let cr = "its line ends with CR: save it with LF alone, or give its bytes with \
              --key-encoding hex if the CR is part of it";
    for (before, after, why) in [
        (&b""[..], &b"\r\n"[..], cr),
        (b"", b"\r", cr),
        (b"", b"\r\n\n", cr),
        (b"", b"\n\r", cr),
        (
            b"\xef\xbb\xbf",
            b"",
            "it starts with a byte order mark: save it without one, as UTF-8",
        ),
        (b"\xff\xfe", b"", utf_16),
        (b"\xfe\xff", b"\n", utf_16),
    ] {
        let key = [before, KEY, after].concat();
        tool.write("key", &key);
        tool.run(&["verify", &ours, "--key-file", "key"])
            .refused(1, &format!("cannot use the key in the key file key: {why}"));
        let variable = Tool::with_env_key(&key).run(&["verify", &ours]);
        variable.refused(
            1,
            &format!("cannot use the key in the environment variable BAREJWT_KEY: {why}"),
        );
    }
}

#[test]
fn a_key_may_be_written_in_other_forms() {
    let (tool, ours) = (Tool::new(), token_of(CLAIMS));
    let hex: String = KEY.iter().map(|byte| format!("{byte:02X}")).collect();
    let url = base64url(KEY);
    let standard = url.replace('-', "+").replace('_', "/");
    for (form, text) in [
        ("hex", format!("{hex}\n")),
        ("hex", format!(" 0x{hex}\r\n")),
        ("base64", standard.clone()),
        (
            "base64",
            format!("{standard}{}", "=".repeat((4 - standard.len() % 4) % 4)),
        ),
        ("base64url", format!("\u{feff}{url}\n")),
    ] {
        tool.write("key", text.as_bytes());
        tool.ok(&["verify", &ours, "--key-file", "key", "--key-encoding", form]);
        let key = Tool::with_env_key(text.as_bytes());
        key.ok(&["verify", &ours, "--key-encoding", form]);
        let unnamed = key.run(&["verify", &ours]);
        assert_ne!(unnamed.status, 0, "{text:?}");
    }
    for (form, text, says) in [
        ("hex", "0g", "hex digits, two for each byte"),
        ("hex", "000", "hex digits, two for each byte"),
        ("base64", "-_-_", "base64"),
        ("base64url", "+/+/", "base64url"),
    ] {
        Tool::with_env_key(text.as_bytes())
            .run(&["verify", &ours, "--key-encoding", form])
            .refused(
                1,
                &format!(
                    "cannot use the key in the environment variable BAREJWT_KEY: it is not {says}"
                ),
            );
    }
    let refused = tool.run(&["verify", &ours, "--database", "x", "--key-encoding", "hex"]);
    assert_eq!((refused.status, refused.out.as_str()), (2, ""));
}

#[test]
fn a_bad_signature_under_a_key_that_looks_encoded_says_so() {
    let ours = token_of(CLAIMS);
    for (key, hint) in [
        (
            "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
            "hex digits, which --key-encoding hex",
        ),
        (
            "YSBzZWNyZXQgb2YgdGhpcnR5LXR3byBieXRlcywgb2s+/w==",
            "base64, which --key-encoding base64",
        ),
        (
            "YSBzZWNyZXQgb2YgdGhpcnR5LXR3byBieXRlcywgb2s-_w",
            "base64url, which --key-encoding base64url",
        ),
    ] {
        Tool::with_env_key(key.as_bytes())
            .run(&["verify", &ours])
            .refused(
                5,
                &format!("the token's signature is not valid; the key looks like {hint} decodes"),
            );
    }
}

#[test]
fn a_weak_key_is_taken_if_that_is_said() {
    let tool = Tool::with_env_key(b"secret");
    let token = tool.ok(&["token", "--sub", "lUpa", "--weak-key"]).out;
    tool.ok(&["verify", token.trim(), "--weak-key"]);
    Tool::with_env_key(b"\n")
        .run(&["verify", token.trim(), "--weak-key"])
        .refused(
            1,
            "cannot use the key in the environment variable BAREJWT_KEY: the key is empty",
        );
    let help = tool.ok(&["verify", "--help"]).out;
    assert!(help.contains("RISK"), "{help}");
}

#[cfg(unix)]
#[test]
fn a_key_file_that_others_can_read_gets_a_warning() {
    use std::os::unix::fs::PermissionsExt;

    let (tool, ours) = (Tool::new(), token_of(CLAIMS));
    tool.write("key", KEY);
    for (mode, warns) in [(0o600, false), (0o400, false), (0o640, true), (0o604, true)] {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(tool.path("key"), permissions).unwrap();
        let said = tool.ok(&["verify", &ours, "--key-file", "key"]).err;
        let expected = format!(
            "barejwt: others on this machine can read the key file key (mode {mode:04o}): chmod 600 key\n"
        );
        assert_eq!(said, if warns { &expected[..] } else { "" });
    }
}

#[test]
fn keygen_makes_a_good_key_that_nobody_else_can_read() {
    for (form, chars) in [("text", 64), ("hex", 64), ("base64", 44), ("base64url", 43)] {
        let tool = Tool::new();
        let key = ["--key-file", "key", "--key-encoding", form];
        let keygen = ["keygen", "--out", "key", "--key-encoding", form];
        assert_eq!(tool.ok(&keygen).out, "");
        let written = std::fs::read_to_string(tool.path("key")).unwrap();
        assert_eq!(written.trim_end().len(), chars, "{form}");
        let token = tool.ok(&[&["sign", "--exp", "+1h"][..], &key].concat());
        assert_eq!(token.err, "");
        tool.ok(&[&["verify", "--profile", "jwt", token.out.trim()][..], &key].concat());
        // It is never written over.
        assert_eq!(tool.run(&keygen).status, 1);
        assert_eq!(std::fs::read_to_string(tool.path("key")).unwrap(), written);
        assert_ne!(tool.ok(&["keygen", "--key-encoding", form]).out, written);
    }
}

#[test]
fn a_named_database_goes_before_the_environment() {
    let tool = Tool::with_key();
    let refused = tool.run(&["token", "--sub", "lUpa", "--database", "nowhere"]);
    assert_eq!(refused.status, 1);
}

#[test]
fn any_bytes_make_a_key() {
    let tool = Tool::new();
    tool.write("key", &[0, 0xff, b'\n', 0x80].repeat(8));
    let token = tool
        .ok(&["token", "--sub", "lUpa", "--key-file", "key"])
        .out;
    tool.ok(&["verify", token.trim(), "--key-file", "key"]);
}

#[test]
fn keys_under_32_bytes_are_refused_with_the_reason_and_a_way_on() {
    let tool = Tool::new();
    for (key, why) in [
        ("", "the key is empty"),
        ("\n", "the key is empty"),
        (
            "0123456789abcdef0123456789abcde\n",
            "the key is too short (31 given, 32 needed); anyone who has one token can find a weak \
             key by trying, and --weak-key takes it all the same",
        ),
    ] {
        tool.write("key", key.as_bytes());
        for args in [&["token", "--sub", "lUpa"][..], &["verify", "a.b.c"]] {
            tool.run(&[args, &["--key-file", "key"]].concat())
                .refused(1, &format!("cannot use the key in the key file key: {why}"));
        }
    }
}

#[test]
fn a_long_path_is_shown_though_no_file_is_there() {
    let tool = Tool::new();
    for path in [
        "secrets/production-master-2026.key",
        "/nowhere/k8s/secrets/barejwt_production.pem",
        "../MyCompany/Secret Keys/signing-v2.0.1.txt",
        "signing-key-of-the-second-server.txt",
    ] {
        for (option, what) in [("--key-file", "key file"), ("--database", "database")] {
            tool.run(&["verify", option, path, "a.b.c"]).refused(
                1,
                &format!("cannot read the {what} {path}: No such file or directory"),
            );
        }
    }
    let long = "no/place-for-the-new-signing.key";
    tool.run(&["keygen", "--out", long]).refused(
        1,
        &format!("cannot make the key file {long}: No such file or directory"),
    );
    // The tool's directory has a name of random letters, and is there.
    let path = tool.path("signing-key-of-the-second-server");
    let path = path.to_str().unwrap();
    tool.run(&["verify", "--key-file", path, "a.b.c"]).refused(
        1,
        &format!("cannot read the key file {path}: No such file or directory"),
    );
}

#[test]
fn what_may_be_a_key_is_not_shown_as_a_path() {
    let tool = Tool::new();
    for secret in [
        "0123456789abcdef0123456789abcdef",
        "5e1f7c1a-2d0c-4f4e-9a57-1b1f0a6b9d33",
        "keys/5e1f7c1a-2d0c-4f4e-9a57-1b1f0a6b9d33.key",
        "q83vASNFZ4mrze8BI0VniavN7wEjRWeJqrN7wEjRWc0=",
        "q83vASNFZ4mrze8B/I0VniavN7wEjRWe+JqrN7wEjRWc=",
        "/q83vASNFZ4mrze8BI0VniavN/7wEjRWeJqrN7wEjRWc",
        "q83vASNFZ-mrze8BI0VniavN7_EjRWeJqrN7wEjRWc0",
        "ORSXG5BAON2HE2LOM4QGM33SEBRGC43F",
        // 128 random bits, with and without padding, and what managers of passwords make.
        "taKLecrNrJO1DXKib5gmJg==",
        "6g+S55CPHCvoXB/K9s0pVQ",
        "/g7S55CPHCvoXB2K9s0pVQ",
        "zmaQI/GbbiEyhI4/mEzDx+ZmAqSt/vVewm+PLgYtoww=",
        "vOw)VF/0ua<DimW}F:j>J;#lT",
        "xg/efcavz(ox/m/kn/.n$/m;efm/a;:.",
        "correct-horse-battery-staple-or-so",
        crate::REAL_ACCESS,
    ] {
        tool.run(&["verify", "--key-file", secret, "a.b.c"])
            .refused(
                1,
                "cannot read the file that --key-file names: No such file or directory",
            );
    }
}

#[test]
fn a_key_file_that_cannot_be_one_is_refused() {
    let tool = Tool::new();
    std::fs::create_dir(tool.path("a-directory-with-a-long-name")).unwrap();
    for (path, shown) in [
        ("nowhere", "the key file nowhere"),
        ("no/where.key", "the key file no/where.key"),
        (
            "a-directory-with-a-long-name/master.key",
            "the key file a-directory-with-a-long-name/master.key",
        ),
    ] {
        tool.run(&["token", "--sub", "lUpa", "--key-file", path])
            .refused(
                1,
                &format!("cannot read {shown}: No such file or directory"),
            );
    }
    let directory = ["--key-file", "a-directory-with-a-long-name"];
    tool.run(&[&["token", "--sub", "lUpa"][..], &directory].concat())
        .refused(
            1,
            "cannot read the key file a-directory-with-a-long-name: Is a directory",
        );
    tool.run(&["keygen", "--out", "no/where.key"]).refused(
        1,
        "cannot make the key file no/where.key: No such file or directory",
    );
    assert_eq!(tool.files(), ["a-directory-with-a-long-name"]);

    tool.write("big", &vec![b'k'; 65537]);
    tool.run(&["token", "--sub", "lUpa", "--key-file", "big"])
        .refused(
            1,
            "the key file big holds more than 65536 bytes; is it the right file?",
        );
}
