//! Mint a token, verify it, and watch four bad ones be refused: `cargo run --example quickstart`.

use barejwt::{Claims, Error, Key, Validation, sign, verify};

fn main() -> Result<(), Error> {
    let now = 1_745_651_978; // seconds since 1970, from your clock
    let key = Key::new(b"32 bytes or more from a good random source")?;
    let rules = Validation::access().leeway(30);
    let mut buf = [0; 256];
    let token = sign(&Claims::access("lUpa", now, 3600), &key, &mut buf)?;
    println!("minted    {token}");

    let mut scratch = [0; 192];
    let claims = verify(token, &key, &rules, now, &mut scratch)?;
    println!("verified  sub {}, exp {:?}", claims.sub(), claims.exp());
    assert_eq!((claims.sub(), claims.exp()), ("lUpa", Some(now + 3600)));

    // Refused: too late.
    let expired = verify(token, &key, &rules, now + 3630, &mut scratch).err();
    println!("refused   {expired:?}");
    assert!(matches!(expired, Some(Error::Expired { .. })));

    // Refused: signed with another key.
    let other = Key::new(b"another 32 bytes or more from elsewhere")?;
    let forged = verify(token, &other, &rules, now, &mut scratch).err();
    println!("refused   {forged:?}");
    assert_eq!(forged, Some(Error::SignatureInvalid));

    // Refused: an access token where a refresh token is wanted.
    let wrong = verify(token, &key, &Validation::refresh(), now, &mut scratch).err();
    println!("refused   {wrong:?}");
    assert!(matches!(wrong, Some(Error::TokenTypeWrong { .. })));

    // Refused: `{"alg":"none"}`, whatever follows.
    let none = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb290In0.";
    let unsigned = verify(none, &key, &rules, now, &mut scratch).err();
    println!("refused   {unsigned:?}");
    assert_eq!(unsigned, Some(Error::AlgNotHs256));
    Ok(())
}
