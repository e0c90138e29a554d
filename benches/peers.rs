//! Other crates and ours in one process, with the same tokens and the same checks. The key is prepared
//! beforehand if the peer can do that. If a peer does not read the clock itself, the measured time
//! includes reading it.

mod settings;

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use criterion::{Criterion, SamplingMode, criterion_group, criterion_main};
use hmac::Mac;
use serde::{Deserialize, Serialize};
use tokens::{ACCESS, EVERYDAY, EVERYDAY_SUB, EXP, NAMED, NBF, REFRESH, SECRET, STATE_HASH, SUB};

/// What a token must say, or what is signed.
#[derive(Clone, Copy)]
struct Kind {
    token_type: &'static str,
    sub: &'static str,
    state_hash: Option<&'static str>,
}

/// The two tokens that are also signed, the everyday token, and a token with a `kid`, which is ignored.
const KINDS: [(&str, &str, Kind); 4] = [
    (
        "access",
        ACCESS,
        Kind {
            token_type: "access",
            sub: SUB,
            state_hash: None,
        },
    ),
    (
        "refresh",
        REFRESH,
        Kind {
            token_type: "refresh",
            sub: SUB,
            state_hash: Some(STATE_HASH),
        },
    ),
    (
        "everyday",
        EVERYDAY,
        Kind {
            token_type: "access",
            sub: EVERYDAY_SUB,
            state_hash: None,
        },
    ),
    (
        "kid_single_key",
        NAMED,
        Kind {
            token_type: "access",
            sub: SUB,
            state_hash: None,
        },
    ),
];

/// A library. `verify` returns whether the token passes every check and has the subject. `sign` returns
/// the length of a token with the claims of `tokens.txt`.
trait Peer {
    fn verify(&mut self, token: &str, kind: Kind) -> bool;
    fn sign(&mut self, kind: Kind) -> usize;
}

struct Barejwt {
    key: barejwt::Key,
    state_hash: barejwt::StateHash,
    buf: [u8; 256],
}

impl Barejwt {
    fn new() -> Self {
        Self {
            key: barejwt::Key::new(SECRET.as_bytes()).unwrap(),
            state_hash: tokens::state_hash(),
            buf: [0; 256],
        }
    }
}

impl Peer for Barejwt {
    fn verify(&mut self, token: &str, kind: Kind) -> bool {
        let rules = match kind.state_hash {
            None => barejwt::Validation::access(),
            Some(_) => barejwt::Validation::refresh(),
        };
        barejwt::verify(token, &self.key, &rules, tokens::clock(), &mut self.buf)
            .is_ok_and(|claims| claims.sub() == kind.sub)
    }

    fn sign(&mut self, kind: Kind) -> usize {
        let claims = match kind.state_hash {
            None => tokens::access(),
            Some(_) => tokens::refresh(&self.state_hash),
        };
        barejwt::sign(&claims, &self.key, &mut self.buf)
            .unwrap()
            .len()
    }
}

/// The claims, declared as most programs would do it.
#[derive(Serialize, Deserialize)]
struct Claims {
    token_type: String,
    sub: String,
    exp: i64,
    nbf: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_hash: Option<String>,
}

impl Claims {
    fn new(kind: Kind) -> Self {
        Self {
            token_type: kind.token_type.into(),
            sub: kind.sub.into(),
            exp: EXP,
            nbf: NBF,
            state_hash: kind.state_hash.map(Into::into),
        }
    }
}

/// `jsonwebtoken` has one cryptographic provider in a process. This switch makes ours pass calls on to
/// one of its two.
static AWS_LC: AtomicBool = AtomicBool::new(false);

static EITHER: jsonwebtoken::crypto::CryptoProvider = jsonwebtoken::crypto::CryptoProvider {
    signer_factory: |algorithm, key| (backend().signer_factory)(algorithm, key),
    verifier_factory: |algorithm, key| (backend().verifier_factory)(algorithm, key),
    key_utils: jsonwebtoken::crypto::KeyUtils::new_unimplemented(),
};

fn backend() -> &'static jsonwebtoken::crypto::CryptoProvider {
    if AWS_LC.load(Ordering::Relaxed) {
        &jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER
    } else {
        &jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER
    }
}

struct Jsonwebtoken {
    aws_lc: bool,
    decoding: jsonwebtoken::DecodingKey,
    encoding: jsonwebtoken::EncodingKey,
    header: jsonwebtoken::Header,
    rules: jsonwebtoken::Validation,
}

impl Jsonwebtoken {
    fn new(aws_lc: bool) -> Self {
        let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::HS256);
        rules.set_required_spec_claims(&["sub", "exp", "nbf"]);
        rules.validate_nbf = true;
        rules.leeway = 0;
        Self {
            aws_lc,
            decoding: jsonwebtoken::DecodingKey::from_secret(SECRET.as_bytes()),
            encoding: jsonwebtoken::EncodingKey::from_secret(SECRET.as_bytes()),
            header: jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256),
            rules,
        }
    }
}

impl Peer for Jsonwebtoken {
    fn verify(&mut self, token: &str, kind: Kind) -> bool {
        AWS_LC.store(self.aws_lc, Ordering::Relaxed);
        jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.rules).is_ok_and(|token| {
            token.claims.token_type == kind.token_type
                && token.claims.state_hash.is_some() == kind.state_hash.is_some()
                && token.claims.sub == kind.sub
        })
    }

    fn sign(&mut self, kind: Kind) -> usize {
        AWS_LC.store(self.aws_lc, Ordering::Relaxed);
        jsonwebtoken::encode(&self.header, &Claims::new(kind), &self.encoding)
            .unwrap()
            .len()
    }
}

/// The claims for which `jwt-simple` has no fields.
#[derive(Clone, Serialize, Deserialize)]
struct TypeAndHash {
    token_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_hash: Option<String>,
}

impl TypeAndHash {
    fn new(kind: Kind) -> Self {
        Self {
            token_type: kind.token_type.into(),
            state_hash: kind.state_hash.map(Into::into),
        }
    }

    fn is(&self, kind: Kind) -> bool {
        self.token_type == kind.token_type && self.state_hash.is_some() == kind.state_hash.is_some()
    }
}

struct JwtSimple {
    key: jwt_simple::prelude::HS256Key,
    rules: jwt_simple::prelude::VerificationOptions,
}

impl JwtSimple {
    fn new() -> Self {
        use jwt_simple::prelude::{Duration, HS256Key, VerificationOptions};
        Self {
            key: HS256Key::from_bytes(SECRET.as_bytes()),
            rules: VerificationOptions {
                time_tolerance: Some(Duration::from_secs(0)),
                ..VerificationOptions::default()
            },
        }
    }
}

impl Peer for JwtSimple {
    fn verify(&mut self, token: &str, kind: Kind) -> bool {
        use jwt_simple::prelude::MACLike;
        self.key
            .verify_token::<TypeAndHash>(token, Some(self.rules.clone()))
            .is_ok_and(|claims| {
                claims.expires_at.is_some()
                    && claims.invalid_before.is_some()
                    && claims.custom.is(kind)
                    && claims.subject.as_deref() == Some(kind.sub)
            })
    }

    fn sign(&mut self, kind: Kind) -> usize {
        use jwt_simple::prelude::{Claims, Duration, MACLike};
        let hour = Duration::from_hours(1);
        let mut claims =
            Claims::with_custom_claims(TypeAndHash::new(kind), hour).with_subject(kind.sub);
        claims.issued_at = None;
        self.key.authenticate(claims).unwrap().len()
    }
}

struct JwtCompact {
    key: jwt_compact::alg::Hs256Key,
    times: jwt_compact::TimeOptions,
}

/// For `jwt-compact` the subject is a claim like any other.
#[derive(Clone, Serialize, Deserialize)]
struct TypeSubAndHash {
    token_type: String,
    sub: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_hash: Option<String>,
}

impl JwtCompact {
    fn new() -> Self {
        Self {
            key: jwt_compact::alg::Hs256Key::new(SECRET.as_bytes()),
            times: jwt_compact::TimeOptions::from_leeway(Default::default()),
        }
    }
}

impl Peer for JwtCompact {
    fn verify(&mut self, token: &str, kind: Kind) -> bool {
        use jwt_compact::{AlgorithmExt, UntrustedToken, alg::Hs256};
        let Ok(token) = UntrustedToken::new(token) else {
            return false;
        };
        let Ok(token) = Hs256
            .validator::<TypeSubAndHash>(&self.key)
            .validate(&token)
        else {
            return false;
        };
        let claims = token.claims();
        claims.validate_expiration(&self.times).is_ok()
            && claims.validate_maturity(&self.times).is_ok()
            && claims.custom.token_type == kind.token_type
            && claims.custom.state_hash.is_some() == kind.state_hash.is_some()
            && claims.custom.sub == kind.sub
    }

    fn sign(&mut self, kind: Kind) -> usize {
        use jwt_compact::{AlgorithmExt, Header, alg::Hs256};
        let mut claims = jwt_compact::Claims::new(TypeSubAndHash {
            token_type: kind.token_type.into(),
            sub: kind.sub.into(),
            state_hash: kind.state_hash.map(Into::into),
        });
        claims.expiration = DateTime::from_timestamp(EXP, 0);
        claims.not_before = DateTime::from_timestamp(NBF, 0);
        let header = Header::empty().with_token_type("JWT");
        Hs256.token(&header, &claims, &self.key).unwrap().len()
    }
}

/// Code that a program might write by hand over `hmac`, `sha2`, `base64` and `serde_json`.
struct Plain {
    mac: hmac::Hmac<sha2::Sha256>,
}

#[derive(Serialize, Deserialize)]
struct PlainHeader<'a> {
    alg: &'a str,
    typ: &'a str,
}

/// The claims, borrowed.
#[derive(Serialize, Deserialize)]
struct PlainClaims<'a> {
    token_type: &'a str,
    sub: &'a str,
    exp: i64,
    nbf: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_hash: Option<&'a str>,
}

impl Plain {
    fn new() -> Self {
        let mac = hmac::KeyInit::new_from_slice(SECRET.as_bytes()).unwrap();
        Self { mac }
    }

    fn try_verify(&self, token: &str, kind: Kind) -> Option<bool> {
        let (signed, tag) = token.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        let header = URL_SAFE_NO_PAD.decode(header).ok()?;
        let header: PlainHeader = serde_json::from_slice(&header).ok()?;
        if header.alg != "HS256" {
            return None;
        }
        let mut mac = self.mac.clone();
        mac.update(signed.as_bytes());
        mac.verify_slice(&URL_SAFE_NO_PAD.decode(tag).ok()?).ok()?;
        let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
        let claims: PlainClaims = serde_json::from_slice(&payload).ok()?;
        let now = tokens::clock();
        Some(
            claims.nbf <= now
                && now < claims.exp
                && claims.token_type == kind.token_type
                && claims.state_hash.is_some() == kind.state_hash.is_some()
                && claims.sub == kind.sub,
        )
    }
}

impl Peer for Plain {
    fn verify(&mut self, token: &str, kind: Kind) -> bool {
        self.try_verify(token, kind) == Some(true)
    }

    fn sign(&mut self, kind: Kind) -> usize {
        let header = serde_json::to_vec(&PlainHeader {
            alg: "HS256",
            typ: "JWT",
        });
        let claims = serde_json::to_vec(&PlainClaims {
            token_type: kind.token_type,
            sub: kind.sub,
            exp: EXP,
            nbf: NBF,
            state_hash: kind.state_hash,
        });
        let mut token = URL_SAFE_NO_PAD.encode(header.unwrap());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(claims.unwrap(), &mut token);
        let mut mac = self.mac.clone();
        mac.update(token.as_bytes());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(mac.finalize().into_bytes(), &mut token);
        token.len()
    }
}

fn peers(criterion: &mut Criterion) {
    EITHER.install_default().unwrap();
    let mut peers: [(&str, Box<dyn Peer>); 6] = [
        ("barejwt", Box::new(Barejwt::new())),
        (
            "jsonwebtoken_rust_crypto",
            Box::new(Jsonwebtoken::new(false)),
        ),
        ("jsonwebtoken_aws_lc", Box::new(Jsonwebtoken::new(true))),
        ("jwt_simple", Box::new(JwtSimple::new())),
        ("jwt_compact", Box::new(JwtCompact::new())),
        ("plain", Box::new(Plain::new())),
    ];
    for (name, token, kind) in KINDS {
        let forged = tokens::forged(token);
        // A refresh token in place of an access token, and the other way round.
        let other = KINDS
            .into_iter()
            .find(|other| other.2.token_type != kind.token_type)
            .map(|other| other.1);
        let mut group = criterion.benchmark_group(format!("verify_{name}"));
        group.sampling_mode(SamplingMode::Flat);
        for (peer, library) in &mut peers {
            assert!(
                !library.verify(&forged, kind),
                "{peer} takes a forged token"
            );
            assert!(
                !library.verify(other.unwrap(), kind),
                "{peer} takes another token"
            );
            group.bench_function(*peer, |b| {
                b.iter(|| assert!(library.verify(black_box(token), black_box(kind))));
            });
        }
        group.finish();
        if [EVERYDAY, NAMED].contains(&token) {
            continue;
        }
        let mut group = criterion.benchmark_group(format!("sign_{name}"));
        group.sampling_mode(SamplingMode::Flat);
        for (peer, library) in &mut peers {
            assert_eq!(library.sign(kind), token.len(), "{peer}");
            group.bench_function(*peer, |b| b.iter(|| library.sign(black_box(kind))));
        }
    }
}

criterion_group! {
    name = benches;
    config = settings::settings();
    targets = peers
}
criterion_main!(benches);
