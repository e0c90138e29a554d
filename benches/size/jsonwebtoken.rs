use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Claims {
    token_type: String,
    sub: String,
    exp: i64,
    nbf: i64,
}

fn main() {
    PROVIDER.install_default().unwrap();
    let mut args = std::env::args().skip(1);
    let (Some(secret), Some(token)) = (args.next(), args.next()) else {
        std::process::exit(2);
    };
    let mut rules = Validation::new(Algorithm::HS256);
    rules.set_required_spec_claims(&["sub", "exp", "nbf"]);
    rules.validate_nbf = true;
    rules.leeway = 0;
    let key = DecodingKey::from_secret(secret.as_bytes());
    let Ok(mut token) = decode::<Claims>(&token, &key, &rules) else {
        std::process::exit(1);
    };
    if token.claims.token_type != "access" {
        std::process::exit(1);
    }
    token.claims.nbf = tokens::clock();
    token.claims.exp = token.claims.nbf + 3600;
    let key = EncodingKey::from_secret(secret.as_bytes());
    let Ok(token) = encode(&Header::new(Algorithm::HS256), &token.claims, &key) else {
        std::process::exit(1);
    };
    println!("{token}");
}
