//! Verifies a token and signs another for its subject: `size SECRET TOKEN`.

use barejwt::{Claims, Key, Validation, sign, verify};

fn main() {
    let mut args = std::env::args().skip(1);
    let (Some(secret), Some(token)) = (args.next(), args.next()) else {
        std::process::exit(2);
    };
    let now = tokens::clock();
    let (mut scratch, mut buf) = ([0; 192], [0; 256]);
    let Ok(key) = Key::new(secret.as_bytes()) else {
        std::process::exit(1);
    };
    let Ok(claims) = verify(&token, &key, &Validation::access(), now, &mut scratch) else {
        std::process::exit(1);
    };
    let Ok(token) = sign(&Claims::access(claims.sub(), now, 3600), &key, &mut buf) else {
        std::process::exit(1);
    };
    println!("{token}");
}
