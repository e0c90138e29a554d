//! Runs each command. The commands that need no token are here.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Result};
use barejwt_settings::letters_and_digits;
use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use clap::CommandFactory;
use zeroize::Zeroizing;

use crate::cli::{Cli, Command, CompletionsArgs, KeyEncoding, KeygenArgs, ManArgs, conflict};
use crate::{inspect, mint, shown, verify};

/// Characters of a new text key, and bytes of a new key of any other form.
const KEY_CHARS: usize = 64;
const KEY_BYTES: usize = 32;

pub(crate) fn run(command: &Command) -> Result<()> {
    match command {
        Command::Token(args) => mint::token(args),
        Command::Pair(args) => mint::pair(args),
        Command::Refresh(args) => mint::refresh(args),
        Command::Sign(args) => mint::sign(args),
        Command::Verify(args) => verify::verify(args),
        Command::Inspect(args) => inspect::inspect(args),
        Command::Keygen(args) => keygen(args),
        Command::Completions(args) => completions(args),
        Command::Man(args) => man(args),
    }
}

fn keygen(args: &KeygenArgs) -> Result<()> {
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    getrandom::fill(&mut *bytes)?;
    let mut key = match args.key_encoding {
        KeyEncoding::Text => letters_and_digits(KEY_CHARS)?,
        KeyEncoding::Hex => bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
            .into(),
        KeyEncoding::Base64 => Base64::encode_string(&*bytes).into(),
        KeyEncoding::Base64url => Base64UrlUnpadded::encode_string(&*bytes).into(),
    };
    key.push('\n');
    match &args.out {
        Some(path) => write_new_file(path, key.as_bytes()),
        None => print(&key),
    }
}

/// Writes a file that only its owner can read. An existing file is kept.
fn write_new_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options
        .open(path)
        .with_context(|| format!("cannot make {}", shown::file("key file", path, "--out")))?;
    file.write_all(bytes).context("cannot write the key")
}

fn completions(args: &CompletionsArgs) -> Result<()> {
    // It goes to memory first, because clap_complete panics if it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "barejwt", &mut script);
    print_bytes(&script)
}

fn man(args: &ManArgs) -> Result<()> {
    let mut command = Cli::command();
    command.build();
    let page = match &args.command {
        None => command,
        Some(name) => command
            .find_subcommand(name)
            .cloned()
            .ok_or_else(|| conflict(&format!("there is no command '{}'", shown::text(name))))?,
    };
    let mut roff = Vec::new();
    clap_mangen::Man::new(page).render(&mut roff)?;
    // The commands and tables behind the options keep their lines, and are not hyphenated.
    let page = String::from_utf8(roff)?.replace(".SH EXTRA\n", ".SH NOTES\n.nf\n");
    print(&page.replace(".SH VERSION\n", ".fi\n.SH VERSION\n"))
}

pub(crate) fn print(text: &str) -> Result<()> {
    print_bytes(text.as_bytes())
}

fn print_bytes(bytes: &[u8]) -> Result<()> {
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(bytes)
        .and_then(|()| stdout.flush())
        .context("cannot write to standard output")
}
