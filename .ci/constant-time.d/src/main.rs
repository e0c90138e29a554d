//! Runs under memcheck. The key and the account's state hash are marked undefined, and memcheck marks all
//! that is made of them. For each kind of call this program prints how many branches and addresses depended
//! on a secret. Signing must have none. A comparison of secrets must have exactly one: the branch on the
//! verdict, which is public. Preparing a key must also have one, because a blank secret is refused. After a
//! `;` the line says what is wrong.

use std::ffi::c_void;
use std::hint::black_box;

use barejwt::{Claims, Error, Key, Lifetimes, PairClaims, StateHash, Validation};
use crabgrind::memcheck::{MemState, mark_memory};
use crabgrind::valgrind::{count_errors, running_mode};

const NOW: i64 = 1_745_651_978;
const SUB: &str = "lUpa";
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Makes memcheck report all that depends on these bytes.
fn secret<T: Copy>(mut value: T) -> T {
    mark(&mut value, MemState::Undefined);
    black_box(value)
}

/// Tells memcheck that these bytes are public.
fn public<T: ?Sized>(value: &mut T) {
    mark(value, MemState::Defined);
}

fn mark<T: ?Sized>(value: &mut T, state: MemState) {
    let bytes = size_of_val(value);
    let address: *mut T = value;
    mark_memory(address.cast::<c_void>(), bytes, state).expect("run it under valgrind");
}

/// The results of the calls of one kind.
struct Calls {
    name: &'static str,
    /// How many branches and addresses of each call may depend on a secret.
    expected: usize,
    calls: usize,
    /// How many calls had another number, and the greatest number.
    wrong: usize,
    most: usize,
}

impl Calls {
    fn new(name: &'static str, expected: usize) -> Self {
        Self {
            name,
            expected,
            calls: 0,
            wrong: 0,
            most: 0,
        }
    }

    /// Makes a call. Its result is public.
    fn make<T>(&mut self, call: impl FnOnce() -> T) -> T {
        let before = count_errors();
        let mut result = black_box(call());
        let found = count_errors() - before;
        public(&mut result);
        self.calls += 1;
        self.wrong += usize::from(found != self.expected);
        self.most = self.most.max(found);
        result
    }

    fn report(&self) {
        let Self {
            name,
            expected,
            calls,
            wrong,
            most,
        } = self;
        print!("{name}: {calls} calls, {expected} secret-dependent in each");
        if *wrong > 0 {
            print!("; not so in {wrong}, at most {most}");
        }
        println!();
    }
}

/// 256 tokens, each with another bit of its MAC wrong. The last character has four of the bits.
fn wrong_tags(token: &str) -> impl Iterator<Item = Vec<u8>> {
    let tag = token.len() - 43;
    (0..256).map(move |bit| {
        let mut wrong = token.as_bytes().to_vec();
        let character = &mut wrong[tag + bit / 6];
        let value = ALPHABET.iter().position(|c| c == character);
        *character = ALPHABET[value.expect("base64url") ^ (32 >> (bit % 6))];
        wrong
    })
}

struct AccessTokens {
    signing: Calls,
    verifying: Calls,
    refusing: Calls,
}

impl AccessTokens {
    fn run(&mut self, key: &Key) {
        let rules = Validation::access();
        let (mut buf, mut scratch) = ([0; 256], [0; 192]);
        let claims = Claims::access(SUB, NOW, 3600);
        let signed = self
            .signing
            .make(|| barejwt::sign(&claims, key, &mut buf).map(str::len));
        let len = signed.expect("the buffer is large enough");
        public(&mut buf);
        let token = str::from_utf8(&buf[..len]).expect("a token is ASCII");

        let mut sub_len = |calls: &mut Calls, token: &[u8]| {
            calls.make(|| {
                barejwt::verify(token, key, &rules, NOW, &mut scratch).map(|c| c.sub().len())
            })
        };
        let verified = sub_len(&mut self.verifying, token.as_bytes());
        assert_eq!(verified, Ok(SUB.len()));
        for wrong in wrong_tags(token) {
            let refused = sub_len(&mut self.refusing, &wrong);
            assert_eq!(refused, Err(Error::SignatureInvalid));
        }
    }
}

struct RefreshTokens {
    issuing: Calls,
    verifying: Calls,
    confirming: Calls,
    refusing: Calls,
}

impl RefreshTokens {
    fn run(&mut self, key: &Key) {
        let (rules, lifetimes) = (Validation::refresh(), Lifetimes::default());
        let (mut access, mut refresh, mut scratch) = ([0; 256], [0; 384], [0; 384]);
        let hash = [0x5a; 32];
        // It is not secret, because the token will contain it.
        let account = StateHash::new(hash);
        let claims = PairClaims::new(SUB, &account, &lifetimes, NOW);
        let issued = self.issuing.make(|| {
            barejwt::issue_pair(&claims, key, &mut access, &mut refresh)
                .map(|pair| pair.refresh_token.len())
        });
        let len = issued.expect("the buffers are large enough");
        public(&mut refresh);

        let token = self
            .verifying
            .make(|| barejwt::verify_refresh(&refresh[..len], key, &rules, NOW, &mut scratch))
            .expect("it was just signed");
        let sub_len = |calls: &mut Calls, hash: [u8; 32]| {
            let account = StateHash::new(secret(hash));
            calls.make(|| token.confirm(&account).map(|c| c.sub().len()))
        };
        assert_eq!(sub_len(&mut self.confirming, hash), Ok(SUB.len()));
        for bit in 0..256 {
            let mut wrong = hash;
            wrong[bit / 8] ^= 1 << (bit % 8);
            let refused = sub_len(&mut self.refusing, wrong);
            assert_eq!(refused, Err(Error::StateHashMismatch));
        }
    }
}

fn main() {
    assert!(running_mode().is_valgrind(), "run it under valgrind");

    let mut preparing = Calls::new("key", 1);
    let mut access = AccessTokens {
        signing: Calls::new("sign", 0),
        verifying: Calls::new("verify", 1),
        refusing: Calls::new("verify-wrong-tag", 1),
    };
    let mut refresh = RefreshTokens {
        issuing: Calls::new("issue-pair", 0),
        verifying: Calls::new("verify-refresh", 1),
        confirming: Calls::new("confirm", 1),
        refusing: Calls::new("confirm-wrong-state-hash", 1),
    };

    let master_key = secret([0x36; 256]);
    for len in [32, 64, 65, 256] {
        let mut key = None;
        preparing.make(|| key = Key::new(&master_key[..len]).ok());
        let key = key.expect("it is long enough");
        access.run(&key);
        refresh.run(&key);
    }

    preparing.report();
    access.signing.report();
    access.verifying.report();
    access.refusing.report();
    refresh.issuing.report();
    refresh.verifying.report();
    refresh.confirming.report();
    refresh.refusing.report();
}
