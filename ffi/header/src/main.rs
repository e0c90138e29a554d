//! Writes the C header from `barejwt.h.in`. A line `@file.rs` stands for the C that cbindgen makes from
//! `src/file.rs`. So the header has the order of the template, not of the compiler.
//!
//! `barejwt-header <ffi directory> <header to write>`

use std::error::Error;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(ffi), Some(header)) = (arguments.next(), arguments.next()) else {
        return Err("usage: barejwt-header <ffi directory> <header to write>".into());
    };
    let ffi = Path::new(&ffi);
    let version = version(&fs::read_to_string(ffi.join("../Cargo.toml"))?)?;
    let mut text = String::new();
    for line in fs::read_to_string(ffi.join("barejwt.h.in"))?.lines() {
        match line.strip_prefix('@') {
            Some(file) => text.push_str(&section(ffi, file)?),
            None => text.push_str(line),
        }
        text.push('\n');
    }
    let number = number(&version)?;
    let text = text
        .replace("{version}", &version)
        .replace("{version_number}", &number.to_string());
    fs::write(header, with_block_comments(&text))?;
    Ok(())
}

/// Turns lines of `//` into block comments, because C90 has no other comments.
fn with_block_comments(text: &str) -> String {
    let comment = |line: &str| {
        let bare = line.trim_start();
        let indent = line.len() - bare.len();
        bare.strip_prefix("//").map(|said| (indent, said.to_owned()))
    };
    let mut c = String::new();
    let mut lines = text.lines().peekable();
    let mut is_inside = false;
    while let Some(line) = lines.next() {
        let Some((indent, said)) = comment(line) else {
            c.push_str(line);
            c.push('\n');
            continue;
        };
        let goes_on = lines.peek().is_some_and(|next| comment(next).is_some());
        c.push_str(&" ".repeat(indent));
        c.push_str(if is_inside { " *" } else { "/*" });
        c.push_str(&said);
        c.push_str(if goes_on { "\n" } else { " */\n" });
        is_inside = goes_on;
    }
    c
}

/// The C of one source file.
fn section(ffi: &Path, file: &str) -> Result<String, Box<dyn Error>> {
    let mut config = cbindgen::Config::from_file(ffi.join("cbindgen.toml"))?;
    // The template defines both near its top.
    config.export.exclude.push("barejwt_status".to_owned());
    config.function.must_use = Some("BAREJWT_MUST_USE".to_owned());
    let mut c = Vec::new();
    cbindgen::Builder::new()
        .with_config(config)
        .with_src(ffi.join("src").join(file))
        .generate()?
        .write(&mut c);
    Ok(String::from_utf8(c)?.trim().to_owned())
}

/// The workspace's version.
fn version(manifest: &str) -> Result<String, Box<dyn Error>> {
    manifest
        .lines()
        .skip_while(|line| *line != "[workspace.package]")
        .find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
        .map(str::to_owned)
        .ok_or_else(|| "no version in [workspace.package]".into())
}

/// `1.2.3` is 10203. The text from a `-` or `+` on does not count.
fn number(version: &str) -> Result<u32, Box<dyn Error>> {
    let release = version.split(['-', '+']).next().unwrap_or(version);
    let parts: Vec<u32> = release
        .split('.')
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    match parts[..] {
        [major, minor, patch] if minor < 100 && patch < 100 => {
            Ok(major * 10_000 + minor * 100 + patch)
        }
        _ => Err("the version is not three numbers".into()),
    }
}
