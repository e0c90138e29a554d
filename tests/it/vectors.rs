//! The vectors of `vectors.txt`, which the firmware images carry too (`.ci/firmware`).

use barejwt::{
    Auth, Claim, Claims, Error, Identity, Key, Keyring, Keys, Lifetimes, NamedKey, Next, Pair,
    Session, SigningKey, StateHash, Validation, WithoutKid, authenticate, decode_unverified,
    scratch_len, sign, verify, verify_refresh,
};

const STATE: StateHash = StateHash::new([0x5a; 32]);

/// The time at which the answers of the `session` vectors came.
const RECEIVED: i64 = 1_745_651_978;

/// A line of `vectors.txt`. The head of that file explains each field.
struct Vector<'v> {
    name: &'v str,
    call: &'v str,
    key: &'v str,
    now: i64,
    answer: &'v str,
    input: &'v str,
}

fn vectors() -> Vec<Vector<'static>> {
    let lines = include_str!("../vectors.txt").lines();
    let vector = |line: &'static str| {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, call, key, now, answer, input] = fields[..] else {
            panic!("six fields: {line}");
        };
        let now = now.parse().unwrap();
        Vector {
            name,
            call,
            key,
            now,
            answer,
            input,
        }
    };
    lines
        .filter(|line| !line.starts_with('#'))
        .map(vector)
        .collect()
}

fn key(hex: &str) -> Result<Key, Error> {
    let digits = hex.as_bytes().chunks(2);
    let secret: Vec<u8> = digits
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    Key::new(&secret)
}

fn named_key(kid_and_secret: &str) -> NamedKey {
    let (kid, secret) = kid_and_secret.split_once(':').unwrap();
    NamedKey::new(kid, key(secret).unwrap()).unwrap()
}

/// The outcome of a vector, in the words of `vectors.txt`.
fn outcome(vector: &Vector<'_>) -> Result<String, Error> {
    if vector.key.contains(':') {
        let keys: Vec<NamedKey> = vector.key.split(' ').map(named_key).collect();
        let ring = Keyring::new(&keys, keys.last().unwrap().kid(), WithoutKid::Refuse)?;
        outcome_under((&ring).into(), (&ring).into(), vector)
    } else {
        let key = key(vector.key)?;
        outcome_under((&key).into(), (&key).into(), vector)
    }
}

fn outcome_under(
    keys: Keys<'_>,
    signing_key: SigningKey<'_>,
    vector: &Vector<'_>,
) -> Result<String, Error> {
    let (input, now) = (vector.input, vector.now);
    let mut scratch = vec![0; scratch_len(input.len())];
    let (mut access, mut refresh) = ([0; 512], [0; 512]);
    let mut verified = |rules: Validation<'_>| {
        verify(input, keys, &rules, now, &mut scratch).map(|claims| format!("sub={}", claims.sub()))
    };
    match vector.call {
        "none" => authorised(Auth::None, keys, vector),
        "optional" => authorised(Auth::Optional, keys, vector),
        "required" => authorised(Auth::Required, keys, vector),
        "access" => verified(Validation::access()),
        "refresh" => verified(Validation::refresh()),
        "any" => verified(lenient()),
        "sign-access" => {
            let claims = Claims::access(input, now, 3600);
            sign(&claims, signing_key, &mut access).map(|token| format!("token={token}"))
        }
        "sign-refresh" => {
            let claims = Claims::refresh(input, now, 15_552_000, &STATE);
            sign(&claims, signing_key, &mut refresh).map(|token| format!("token={token}"))
        }
        "renew" => {
            let rules = Validation::refresh();
            let token = verify_refresh(input, keys, &rules, now, &mut scratch)?;
            let lifetimes = Lifetimes::default();
            let pair = token.renew(&STATE, &lifetimes, signing_key, &mut access, &mut refresh)?;
            Ok(format!("pair={} {}", pair.access_token, pair.refresh_token))
        }
        "session" => {
            let mut session = Session::new(Pair::from_answer(input.as_bytes())?, 60);
            session.next(RECEIVED)?;
            match session.next(now)? {
                Next::UseAccess(token) => Ok(format!("use={token}")),
                Next::Refresh(token) => Ok(format!("refresh={token}")),
                Next::LogIn => Ok("log in".to_owned()),
            }
        }
        "unverified" => {
            let said = decode_unverified(input, &mut scratch)?;
            Ok(format!("sub={}", said.claims()?.sub()))
        }
        other => panic!("unknown call {other}"),
    }
}

fn authorised(auth: Auth, keys: Keys<'_>, vector: &Vector<'_>) -> Result<String, Error> {
    let header = (vector.input != "(absent)").then_some(vector.input.as_bytes());
    let mut scratch = vec![0; scratch_len(vector.input.len())];
    let rules = Validation::access();
    match authenticate(auth, header, keys, &rules, vector.now, &mut scratch)? {
        Identity::Anonymous => Ok("anonymous".to_owned()),
        Identity::User(claims) => Ok(format!("sub={}", claims.sub())),
    }
}

fn lenient() -> Validation<'static> {
    [Claim::TokenType, Claim::Sub, Claim::Exp, Claim::Nbf]
        .into_iter()
        .fold(Validation::any_type(), Validation::allow_missing)
        .ignore(Claim::Aud)
}

#[test]
fn every_vector_has_its_outcome() {
    let vectors = vectors();
    assert!(vectors.len() >= 300, "only {} vectors", vectors.len());
    for vector in &vectors {
        let answer = outcome(vector).unwrap_or_else(|error| error.description().to_owned());
        assert_eq!(answer, vector.answer, "{}", vector.name);
    }
}
