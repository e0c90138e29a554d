#!/usr/bin/env python3
"""Writes tests/vectors.txt: tokens made by other code than ours, and what must come of them.

    python3 tests/vectors.py > tests/vectors.txt

tests/it/vectors.rs reads that file on the host, and examples/cross/vectors.c carries it, byte for
byte, into the flash of a Cortex-M4, a Cortex-M0 and a RISC-V.
"""

import base64
import hashlib
import hmac

HEAD = """\
# Known answers and hostile inputs. Made by tests/vectors.py: edit that. A vector is a line of six fields with tabs between:
#
#     name    call    key    now    answer    input
#
# key: a secret in hexadecimal, or a keyring, "kid:secret kid:secret", whose last key signs.
# now: seconds since 1970.
# call and input:
#     none, optional, required       authenticate; an Authorization value, or "(absent)"
#     access, refresh                verify with the strictest rules; a token
#     any                            verify, any type, every claim may be missing, any audience; a token
#     sign-access, sign-refresh      a subject; lifetimes of 3600 and 15552000 seconds, a state hash of 32 bytes 0x5a
#     renew                          verify_refresh, then renew for that state hash; a token
#     session                        the answer to a login, used at 1745651978; then what to do next, with a margin of 60 seconds
#     unverified                     decode without a key; a token
# answer: sub=, token=, pair= with two tokens, use=, refresh=, "log in", "anonymous", or the description of the error.
"""

KEY = b"0123456789abcdef0123456789abcdef"
OTHER_KEY = b"another key, another 32 bytes ..."
NOW = 1745651978
HEADER = '{"alg":"HS256","typ":"JWT"}'
ACCESS = '{"token_type":"access","sub":"lUpa","exp":1745655578,"nbf":1745651978}'
REFRESH = ('{"token_type":"refresh","sub":"lUpa","exp":1761203978,"nbf":1745651978,'
           '"state_hash":"WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo="}')
REAL_ACCESS = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0b2tlbl90eXBlIjoiYWNjZXNzIiwic3ViIjoibHB1YSIsImV4cCI6MTc0NTY1NTU3OCwibmJmIjoxNzQ1NjUxOTc4fQ.L1ETHHBNImNevze00QAgrrY1maZO2nefyIwdT4cb68c"
REAL_REFRESH = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCIsInN1YiI6ImxwdWEiLCJleHAiOjE3NjEyMDM5NzgsIm5iZiI6MTc0NTY1MTk3OCwic3RhdGVfaGFzaCI6Ikk1OCtSbmsrTHVpTkxBbjBqek9KNG45OUorV3hqL0pzbjJoRVYrUXBhelE9In0.Q2s75zxPVA3bzZyIIBau3TBvqSxIdzbiEmK1zCd-_zk"
RFC7515_A1 = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
RFC7515_A1_KEY = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
RFC7520_4_4 = "eyJhbGciOiJIUzI1NiIsImtpZCI6IjAxOGMwYWU1LTRkOWItNDcxYi1iZmQ2LWVlZjMxNGJjNzAzNyJ9.SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4.s0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0"
RFC7520_KEY = "hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg"

OK = "sub=lUpa"
SEGMENTS = "the token is not three segments separated by dots"
TOO_LONG = "the token is longer than allowed"
HEADER_TOO_LONG = "the token's header is longer than allowed"
BASE64 = "a segment of the token is not canonical base64url"
JSON = "a part is not a strict JSON object"
ALG_MISSING = "the token's header has no alg"
ALG = "the token's alg is not HS256"
CRIT = "the token's header has crit, and no extension is supported"
SIGNATURE = "the token's signature is not valid"
MISSING = "required claims are missing"
CLAIM_TYPE = "a claim has the wrong type"
RANGE = "a time claim does not fit 64 bits"
TYPE_UNKNOWN = "the token_type is neither access nor refresh"
TYPE_WRONG = "the token is of the wrong type"
SUBJECT_EMPTY = "the subject is empty"
AUDIENCE = "the token is meant for a named audience"
EXPIRED = "the token has expired"
NOT_YET = "the token is not valid yet"
CLOCK = "the clock is not set: now must be greater than zero"
HASH_FORM = "the state_hash is not 32 bytes in padded base64"
HASH_MISMATCH = "the account has changed since the token was issued"
NO_HEADER = "the Authorization header is missing"
SCHEME = "the Authorization scheme is not Bearer"
MALFORMED = "the Authorization header is not one bearer token"
KEY_SHORT = "the key is too short"


def encode(data):
    data = data.encode() if isinstance(data, str) else data
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def seal(header, payload, key=KEY):
    """The token of two segments as they are, canonical or not."""
    signing_input = f"{header}.{payload}"
    tag = hmac.new(key, signing_input.encode(), hashlib.sha256).digest()
    return f"{signing_input}.{encode(tag)}"


def token(header=HEADER, payload=ACCESS, key=KEY):
    return seal(encode(header), encode(payload), key)


names = set()


def vector(name, call, answer, text, key=KEY, now=NOW):
    assert name not in names, name
    names.add(name)
    secret = key if isinstance(key, str) else key.hex()
    fields = [name, call, secret, str(now), answer, text]
    assert not any(c in field for field in fields for c in "\t\n\r"), name
    print("\t".join(fields))


def known_answers():
    vector("RFC 7515 A.1", "any", "sub=", RFC7515_A1, decode(RFC7515_A1_KEY), 1300819379)
    vector("RFC 7515 A.1, one second later", "any", EXPIRED, RFC7515_A1, decode(RFC7515_A1_KEY), 1300819380)
    vector("RFC 7515 A.1, strictly", "access", MISSING, RFC7515_A1, decode(RFC7515_A1_KEY), 1300819379)
    vector("RFC 7515 A.1, another key", "any", SIGNATURE, RFC7515_A1, KEY, 1300819379)
    vector("RFC 7520 4.4: signed, but no JSON", "any", JSON, RFC7520_4_4, decode(RFC7520_KEY))
    vector("RFC 7520 4.4, another key", "any", SIGNATURE, RFC7520_4_4)
    for name, secret in [("sevens", b"\x07" * 32), ("digits", KEY), ("256 letters", b"a" * 256), ("nines", b"\x09" * 64)]:
        vector(f"real access token, a key of {name}", "access", SIGNATURE, REAL_ACCESS, secret)
        vector(f"real refresh token, a key of {name}", "refresh", SIGNATURE, REAL_REFRESH, secret)
    vector("real access token, decoded", "unverified", "sub=lpua", REAL_ACCESS)
    vector("real refresh token, decoded", "unverified", "sub=lpua", REAL_REFRESH)
    for length in [32, 63, 64, 65, 119, 120, 256]:
        secret = bytes((i * 7 + i // 256 + 1) % 256 for i in range(length))
        vector(f"a key of {length} bytes verifies", "access", OK, token(key=secret), secret)
        vector(f"a key of {length} bytes signs", "sign-access", "token=" + token(key=secret), "lUpa", secret)
    vector("a key of 31 bytes", "access", KEY_SHORT, token(key=KEY[:31]), KEY[:31])
    vector("a refresh token is signed", "sign-refresh", "token=" + token(payload=REFRESH), "lUpa")
    for sub, written in [('"\\/', r'\"\\/'), ("\u00e9\U0001f600", "\u00e9\U0001f600"), ("\x01\x7f", "\\u0001\x7f")]:
        signed = token(payload=ACCESS.replace("lUpa", written))
        vector(f"sub {written} is signed", "sign-access", "token=" + signed, sub)
        vector(f"sub {written} is verified", "access", "sub=" + sub, signed)
    for pad in range(52, 66):  # signing inputs on both sides of the block boundary
        vector(f"{pad} blanks in the payload", "any", "sub=", token(payload="{" + " " * pad + "}"))
    vector("an empty subject is not signed", "sign-access", SUBJECT_EMPTY, "")
    vector("nothing is signed before the clock is set", "sign-access", CLOCK, "lUpa", now=0)
    vector("a lifetime ends beyond 64 bits", "sign-access", "now plus the lifetime does not fit 64 bits", "lUpa",
           now=2**63 - 1)


def modes():
    bearer = "Bearer " + token()
    bad = [
        ("an empty header", MALFORMED, ""),
        ("no token", MALFORMED, "Bearer"),
        ("no token but a blank", MALFORMED, "Bearer "),
        ("two tokens", MALFORMED, "Bearer a.b.c d.e.f"),
        ("a blank at the end", MALFORMED, bearer + " "),
        ("a blank in front", MALFORMED, " " + bearer),
        ("another scheme", SCHEME, "Basic bFVwYTpzZWNyZXQ="),
        ("a naked token", SCHEME, token()),
        ("two segments", SEGMENTS, "Bearer a.b"),
        ("a forged token", SIGNATURE, "Bearer " + token(key=OTHER_KEY)),
        ("alg none", ALG, "Bearer " + token('{"alg":"none"}').rsplit(".", 1)[0] + "."),
        ("a refresh token", TYPE_WRONG, "Bearer " + token(payload=REFRESH)),
    ]
    for mode in ["required", "optional"]:
        vector(f"{mode}: a good token", mode, OK, bearer)
        vector(f"{mode}: the scheme in other letters", mode, OK, "bEARER   " + token())
        vector(f"{mode}: an expired token", mode, EXPIRED, bearer, now=1745655578)
        vector(f"{mode}: a token of the future", mode, NOT_YET, bearer, now=1745651977)
        vector(f"{mode}: before the clock is set", mode, CLOCK, bearer, now=0)
        for name, answer, header in bad:
            vector(f"{mode}: {name}", mode, answer, header)
    vector("required: no header", "required", NO_HEADER, "(absent)")
    vector("optional: no header", "optional", "anonymous", "(absent)")
    vector("none: no header", "none", "anonymous", "(absent)")
    vector("none: a good token is not looked at", "none", "anonymous", bearer)
    vector("none: nor is a bad one", "none", "anonymous", "Bearer " + token(key=OTHER_KEY))


def headers():
    def header(name, answer, text):
        vector(f"header: {name}", "access", answer, token(text))

    for alg in ["none", "None", "NONE", "nOnE", "", "null", "none\\u0000"]:
        header(f"alg {alg!r}", ALG, '{"alg":"%s","typ":"JWT"}' % alg)
    for alg in ["RS256", "ES256", "PS256", "EdDSA", "HS384", "HS512", "hs256", "HS256 ", "HS25", "HS256\\u0000"]:
        header(f"alg {alg}", ALG, '{"alg":"%s","typ":"JWT"}' % alg)
    for alg in ["null", "true", "256", '["HS256"]', '{"alg":"HS256"}']:
        header(f"alg is {alg}", ALG, '{"alg":%s}' % alg)
    header("no alg", ALG_MISSING, '{"typ":"JWT"}')
    header("Alg is another name", ALG_MISSING, '{"Alg":"HS256"}')
    header("blanks and line ends", OK, ' \t\r\n{ "alg" : "HS256" } \n')
    header("escapes", OK, r'{"\u0061lg":"\u0048S256"}')
    header("typ is not looked at", OK, '{"alg":"HS256","typ":"at+jwt"}')
    header("unknown parameters", OK, '{"alg":"HS256","jku":"https://evil.example","jwk":{"k":"AAAA"},"x":[null,-1.5e3]}')
    header("kid is ignored with a single key", OK, '{"alg":"HS256","kid":"../../dev/null"}')
    for crit in ['["exp"]', "[]", "null", '"exp"']:
        header(f"crit {crit}", CRIT, '{"alg":"HS256","crit":%s}' % crit)
    header("crit in escapes", CRIT, r'{"alg":"HS256","cr\u0069t":["b64"],"b64":false}')
    header("alg twice", JSON, '{"alg":"HS256","alg":"HS256"}')
    header("alg twice, once in escapes", JSON, r'{"alg":"HS256","\u0061lg":"none"}')
    header("not an object", JSON, '["HS256"]')
    header("no JSON", JSON, "HS256")
    header("nothing", JSON, "")
    header("bytes behind the object", JSON, HEADER + "{}")
    header("not UTF-8", JSON, b'{"alg":"HS256","x":"\xff"}')
    header("768 bytes", OK, '{"alg":"HS256","x":"%s"}' % ("x" * 746))
    header("769 bytes", HEADER_TOO_LONG, '{"alg":"HS256","x":"%s"}' % ("x" * 747))


def segments():
    good = token()
    header, payload, tag = good.split(".")
    for name, text in [
        ("nothing", ""), ("no dot", good.replace(".", "")), ("one dot", f"{header}.{payload}"),
        ("three dots", good + "."), ("five segments", good + ".x.y"), ("a dot in front", "." + good),
        ("commas", good.replace(".", ",")),
    ]:
        vector(f"segments: {name}", "access", SEGMENTS, text)
    vector("segments: all empty", "access", JSON, "..")
    vector("8193 bytes", "access", TOO_LONG, "x" * 8193)
    short = encode('{"alg":"HS256"} ')
    for name, form in [("padding", "="), ("a blank", " "), ("a percent", "%3D"), ("standard base64", "+"), ("é", "é")]:
        vector(f"base64: {name} after the header", "access", BASE64, seal(short + form, payload))
        vector(f"base64: {name} after the payload", "access", BASE64, seal(header, payload + form))
        vector(f"base64: {name} after the tag", "access", SIGNATURE, good + form)
    vector("base64: trailing bits in the header", "access", BASE64, seal(short[:-1] + "B", payload))
    vector("base64: trailing bits in the payload", "access", BASE64, seal(header, encode(ACCESS + " ")[:-1] + "B"))
    vector("base64: one character too many", "access", BASE64, seal(header, encode(ACCESS + "  ") + "A"))
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet.index(tag[-1])
    for bits in [1, 2, 3]:  # RFC 4648 3.5
        vector(f"tag: trailing bits {bits}", "access", SIGNATURE, good[:-1] + alphabet[last ^ bits])
    vector("tag: none", "access", SIGNATURE, f"{header}.{payload}.")
    vector("tag: one character less", "access", SIGNATURE, good[:-1])
    vector("tag: one character more", "access", SIGNATURE, good + "A")
    vector("tag: twice", "access", SIGNATURE, good + tag)
    vector("tag: of another payload", "access", SIGNATURE, f"{header}.{encode(REFRESH)}.{tag}")
    digest = decode(tag)
    for bit in range(0, 256, 17):
        flipped = bytes(b ^ (1 << bit % 8 if i == bit // 8 else 0) for i, b in enumerate(digest))
        vector(f"tag: bit {bit}", "access", SIGNATURE, f"{header}.{payload}.{encode(flipped)}")
    vector("a payload of no JSON, forged", "access", SIGNATURE, token(payload="{", key=OTHER_KEY))
    vector("a payload of no base64, forged", "access", SIGNATURE, seal(header, "A", OTHER_KEY))


def claims():
    def payload(name, answer, text, call="access", now=NOW):
        vector(f"claims: {name}", call, answer, token(payload=text), now=now)

    def with_exp(exp):
        return ACCESS.replace("1745655578", exp)

    def with_nbf(nbf):
        return ACCESS.replace("1745651978", nbf)

    payload("valid", OK, ACCESS)
    payload("the last second", OK, ACCESS, now=1745655577)
    payload("expired", EXPIRED, ACCESS, now=1745655578)
    payload("long expired", EXPIRED, ACCESS, now=2**63 - 1)
    payload("not yet", NOT_YET, ACCESS, now=1745651977)
    for now in [0, -1, -(2**63)]:
        payload(f"now is {now}", CLOCK, ACCESS, now=now)
    for exp, answer in [
        ("1745651978", EXPIRED), ("1745651978.999", EXPIRED), ("1745651979", OK), ("1.745651979e9", OK),
        ("17456519790E-1", OK), ("1.7e9", EXPIRED), ("4294967296", OK), ("9223372036854775807", OK),
        ("9223372036854775808", RANGE), ("18446744073709551616", RANGE), ("1e400", RANGE), ("-1", EXPIRED),
        ("1e-400", EXPIRED), ('"1745655578"', CLAIM_TYPE), ("null", CLAIM_TYPE), ("true", CLAIM_TYPE), ("[]", CLAIM_TYPE),
        ("01745655578", JSON), ("+1745655578", JSON), ("1745655578.", JSON), ("0x7fffffff", JSON), ("NaN", JSON),
    ]:
        payload(f"exp {exp}", answer, with_exp(exp))
    for nbf, answer in [
        ("1745651978.5", NOT_YET), ("1745651977.5", OK), ("-9223372036854775808", OK), ("-9223372036854775809", RANGE),
        ('"0"', CLAIM_TYPE), ("{}", CLAIM_TYPE),
    ]:
        payload(f"nbf {nbf}", answer, with_nbf(nbf))
    payload("the year 2038", OK, with_exp("2147483649"), now=2147483648)
    payload("none", MISSING, "{}")
    for name in ["token_type", "sub", "exp", "nbf"]:
        payload(f"no {name}", MISSING, ACCESS.replace(name, name.capitalize()))
    payload("no state_hash", MISSING, REFRESH.replace("state_hash", "State_hash"), call="refresh")
    payload("a refresh token", TYPE_WRONG, REFRESH)
    payload("a refresh token where one is wanted", OK, REFRESH, call="refresh")
    payload("an access token where the other is wanted", TYPE_WRONG, ACCESS, call="refresh")
    for kind in ["", "Access", "access ", "id", "access\\u0000"]:
        payload(f"token_type {kind!r}", TYPE_UNKNOWN, ACCESS.replace('"access"', f'"{kind}"'))
    payload("token_type null", CLAIM_TYPE, ACCESS.replace('"access"', "null"))
    payload("an empty sub", SUBJECT_EMPTY, ACCESS.replace("lUpa", ""))
    payload("sub in escapes", OK, ACCESS.replace("lUpa", r"\u006cU\u0070a"))
    payload("sub of a surrogate pair", "sub=\U0001f600", ACCESS.replace("lUpa", r"\ud83d\ude00"))
    payload("sub of a lone surrogate", JSON, ACCESS.replace("lUpa", r"\ud83d"))
    payload("sub is a number", CLAIM_TYPE, ACCESS.replace('"lUpa"', "7"))
    payload("sub is a list", CLAIM_TYPE, ACCESS.replace('"lUpa"', '["lUpa"]'))
    payload("an audience", AUDIENCE, ACCESS.replace("}", ',"aud":"them"}'))
    payload("an audience of null", AUDIENCE, ACCESS.replace("}", ',"aud":null}'))
    payload("an audience in escapes", AUDIENCE, ACCESS.replace("}", r',"\u0061ud":["them"]}'))
    payload("others", OK, ACCESS.replace("}", ',"iss":"x","role":["a",{"b":null}],"sub2":"y"}'))
    payload("exp twice", JSON, ACCESS.replace("}", ',"exp":9999999999}'))
    payload("exp twice, once in escapes", JSON, ACCESS.replace("}", r',"\u0065xp":9999999999}'))
    payload("sub twice inside another", OK, ACCESS.replace("}", ',"x":{"sub":1,"sub":2}}'))
    for name, text in [
        ("nothing", ""), ("a list", f"[{ACCESS}]"), ("a string", '"lUpa"'), ("cut short", ACCESS[:-1]),
        ("a comma at the end", ACCESS.replace("}", ",}")), ("single quotes", ACCESS.replace('"', "'")),
        ("a comment", ACCESS.replace("{", "{/**/")), ("a byte order mark", "\ufeff" + ACCESS), ("a tail", ACCESS + "x"),
        ("a line end in a string", ACCESS.replace("lUpa", "l\nUpa")), ("a bad escape", ACCESS.replace("lUpa", r"\x41")),
        ("a NUL", ACCESS + "\0"), ("overlong UTF-8", ACCESS.encode().replace(b"lUpa", b"\xc0\xaf")),
        ("33 levels", ACCESS.replace("}", ',"x":' + "[" * 33 + "]" * 33 + "}")),
        ("65 members", ACCESS.replace("}", "".join(f',"m{i}":0' for i in range(61)) + "}")),
    ]:
        payload(f"JSON: {name}", JSON, text)
    payload("JSON: 32 levels", OK, ACCESS.replace("}", ',"x":' + "[" * 32 + "]" * 32 + "}"))
    payload("JSON: 64 members", OK, ACCESS.replace("}", "".join(f',"m{i}":0' for i in range(60)) + "}"))
    for name, value in [
        ("unpadded", "WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo"),
        ("of 33 bytes", "WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa"),
        ("in base64url", "-_paWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo="),
        ("with trailing bits", "WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlp="),
    ]:
        hash_of = REFRESH.replace("WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo=", value)
        payload(f"state_hash {name}", HASH_FORM, hash_of, call="refresh")


def rotation():
    old, new = KEY, OTHER_KEY
    ring = f"old:{old.hex()} new:{new.hex()}"

    def named(kid, key):
        return token('{"alg":"HS256","kid":%s,"typ":"JWT"}' % kid, ACCESS, key)

    for name, answer, text in [
        ("the old key", OK, named('"old"', old)), ("the new key", OK, named('"new"', new)),
        ("a kid in escapes", OK, named(r'"\u006eew"', new)), ("the name of the other", SIGNATURE, named('"old"', new)),
        ("an unknown kid", "no key of the keyring has this kid", named('"newer"', new)),
        ("an empty kid", "no key of the keyring has this kid", named('""', new)),
        ("a kid of null", "the token's kid is not a string", named("null", new)),
        ("no kid", "the token has no kid and the keyring requires one", token(key=new)),
    ]:
        vector(f"keyring: {name}", "access", answer, text, ring)
    vector("keyring: signs by the new key", "sign-access", "token=" + named('"new"', new), "lUpa", ring)


def refreshing():
    def pair(now):
        access = ACCESS.replace("1745655578", str(now + 3600)).replace("1745651978", str(now))
        refresh = REFRESH.replace("1761203978", str(now + 15552000)).replace("1745651978", str(now))
        return f"pair={token(payload=access)} {token(payload=refresh)}"

    vector("renew", "renew", pair(1745655578), token(payload=REFRESH), now=1745655578)
    vector("renew: after the password has changed", "renew", HASH_MISMATCH,
           token(payload=REFRESH.replace("WlpaWlpa", "XlpaWlpa")))
    vector("renew: by an access token", "renew", TYPE_WRONG, token())
    vector("renew: by an expired token", "renew", EXPIRED, token(payload=REFRESH), now=1761203978)
    vector("renew: by a forged token", "renew", SIGNATURE, token(payload=REFRESH, key=OTHER_KEY))
    vector("renew: by one without a hash", "renew", MISSING, token(payload=REFRESH.replace("state", "State")))

    tokens = ('"access_token":"a.b.c","refresh_token":"d.e.f","access_expires":"2025-04-26T16:19:38.833494+08:00",'
              '"refresh_expires":"2025-10-23T15:19:38.833494+08:00"')
    answer = '{"code":0,"data":{"user":{"id":"lUpa"},"token":{%s}},"msg":""}' % tokens
    invalid = "the login answer is not of the expected form"
    for name, says, text, now in [
        ("use", "use=a.b.c", answer, NOW), ("use, for the last second", "use=a.b.c", answer, 1745655517),
        ("refresh", "refresh=d.e.f", answer, 1745655518), ("refresh, whatever the clock says", "refresh=d.e.f", answer, 1761203978),
        ("before the clock is set", CLOCK, answer, 0),
        ("used, if the clock is ahead from the start", "use=a.b.c", answer.replace("2025-04-26T16", "2025-04-26T15"), NOW + 99),
        ("the answer to a refresh", "use=a.b.c", '{"code":0,"data":{%s}}' % tokens, NOW),
        ("refused", "the server refused the login", '{"code":40020,"msg":"no"}', NOW),
        ("no data", invalid, '{"code":0}', NOW), ("a token that is none", invalid, answer.replace("a.b.c", "a b"), NOW),
        ("a time that is none", invalid, answer.replace("04-26", "04-31"), NOW),
        ("HTML", JSON, "<html>", NOW), ("a repeated token", JSON, answer.replace('"d.e.f"', '"d","access_token":"x"'), NOW),
    ]:
        vector(f"session: {name}", "session", says, text, now=now)


print(HEAD, end="")
for group in [known_answers, modes, headers, segments, claims, rotation, refreshing]:
    group()
