//! Where the key comes from: the order of the sources, and what is refused.

use crate::tool::{KEY, Tool, token_of};

const CLAIMS: &str = r#"{"token_type":"access","sub":"lUpa","exp":9999999999,"nbf":1}"#;

#[test]
fn a_key_file_goes_before_the_environment_and_that_before_the_database() {
    let ours = token_of(CLAIMS);
    let other = [b'x'; 32];

    let tool = Tool::with_env_key(&other);
    tool.write("key", KEY);
    assert_eq!(tool.run(&["--key-file", "key", "verify", &ours]).status, 0);
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
fn one_newline_at_the_end_of_a_key_file_is_not_part_of_the_key() {
    let (tool, ours) = (Tool::new(), token_of(CLAIMS));
    for (suffix, status) in [("", 0), ("\n", 0), ("\n\n", 5), ("\r\n", 5), (" ", 5)] {
        tool.write("key", &[KEY, suffix.as_bytes()].concat());
        assert_eq!(
            tool.run(&["--key-file", "key", "verify", &ours]).status,
            status,
            "{suffix:?}"
        );
    }
}

#[test]
fn any_bytes_make_a_key() {
    let tool = Tool::new();
    tool.write("key", &[0, 0xff, b'\n', 0x80].repeat(8));
    let token = tool
        .ok(&["--key-file", "key", "token", "--sub", "lUpa"])
        .out;
    tool.ok(&["--key-file", "key", "verify", token.trim()]);
}

#[test]
fn keys_under_32_bytes_are_refused_with_the_reason() {
    let tool = Tool::new();
    for (key, given) in [
        ("", 0),
        ("\n", 0),
        ("0123456789abcdef0123456789abcde\n", 31),
    ] {
        tool.write("key", key.as_bytes());
        for args in [&["token", "--sub", "lUpa"][..], &["verify", "a.b.c"]] {
            tool.run(&[&["--key-file", "key"], args].concat()).refused(
                1,
                &format!(
                    "cannot use the key in the key file key: the key is too short ({given} given, 32 needed)"
                ),
            );
        }
    }
    Tool::with_env_key(b"")
        .run(&["token", "--sub", "lUpa"])
        .refused(
            1,
            "cannot use the key in the environment variable BAREJWT_KEY: the key is too short (0 given, 32 needed)",
        );
}

#[test]
fn a_key_file_that_cannot_be_one_is_refused() {
    let tool = Tool::new();
    let missing = tool.run(&["--key-file", "nowhere", "token", "--sub", "lUpa"]);
    assert_eq!((missing.status, missing.out.as_str()), (1, ""));
    assert!(
        missing
            .err
            .starts_with("barejwt: cannot read the file that --key-file names: ")
    );
    assert!(tool.files().is_empty());

    tool.write("big", &vec![b'k'; 65537]);
    tool.run(&["--key-file", "big", "token", "--sub", "lUpa"])
        .refused(
            1,
            "the key file big holds more than 65536 bytes; is it the right file?",
        );
}
