"""Signing and verifying, with the hostile cases."""

import base64
import copy
import hashlib
import hmac
import json
import pickle
import subprocess
import sys
import time
import traceback
import unittest
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any, Callable

from barejwt import (
    AlgMissingError,
    AlgNotHs256Error,
    AudienceUnexpectedError,
    AudienceWrongError,
    Auth,
    Base64Error,
    Claim,
    ClaimTypeError,
    Claims,
    ClaimsMissingError,
    ClockNotSetError,
    CritUnsupportedError,
    Error,
    ExpiredError,
    IntegerTooLongError,
    IssuedInFutureError,
    IssuerWrongError,
    JsonError,
    JsonProblem,
    JsonToSignError,
    Key,
    KeyTooShortError,
    Keyring,
    KeyringEmptyError,
    KidDuplicateError,
    KidInvalidError,
    KidMissingError,
    KidNotInKeyringError,
    LifetimeZeroError,
    MemberReservedError,
    NotReadyError,
    NotUtf8Error,
    NotYetValidError,
    NumericDateRangeError,
    OptionError,
    Part,
    RingKey,
    SegmentCountError,
    SignatureInvalidError,
    SubjectEmptyError,
    SubjectWrongError,
    TimeOverflowError,
    TokenTooLongError,
    TokenType,
    TokenTypeWrongError,
    TooOldError,
    TypWrongError,
    Validation,
    authenticate,
    decode_unverified,
    issue_pair,
    sign,
    sign_access,
    sign_json,
    sign_jwt,
    sign_refresh,
    verify,
    verify_refresh,
)

NOW = 1_745_651_978
SECRET = b"only for the tests: 32 bytes or more"
HASH = bytes(range(32))
ACCESS = Validation()
# Tokens of a real site, whose key is unknown.
STRANGER = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0b2tlbl90eXBlIjoiYWNjZXNzIiwic3ViIjoibHB1YSIsImV4cCI6MTc0"
    "NTY1NTU3OCwibmJmIjoxNzQ1NjUxOTc4fQ.L1ETHHBNImNevze00QAgrrY1maZO2nefyIwdT4cb68c"
)


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def by_hand(header: bytes, payload: bytes, secret: bytes = SECRET) -> str:
    """Makes a token with the standard library alone."""
    signed = f"{b64(header)}.{b64(payload)}"
    return f"{signed}.{b64(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


HS256 = b'{"alg":"HS256","typ":"JWT"}'


class WithKey(unittest.TestCase):
    def setUp(self) -> None:
        self.key = Key(SECRET)
        self.addCleanup(self.key.close)

    def refused(self, kind: type[Error], call: Callable[..., Any], *arguments: Any) -> Error:
        with self.assertRaises(Error) as caught:
            call(*arguments)
        self.assertIs(type(caught.exception), kind)
        return caught.exception


class Signing(WithKey):
    def test_access_is_what_hmac_says(self) -> None:
        payload = b'{"token_type":"access","sub":"lUpa","exp":%d,"nbf":%d}' % (NOW + 3600, NOW)
        self.assertEqual(sign_access("lUpa", self.key, NOW), by_hand(HS256, payload))

    def test_refresh_is_what_hmac_says(self) -> None:
        payload = b'{"token_type":"refresh","sub":"lUpa","exp":%d,"nbf":%d,"state_hash":"%s"}' % (
            NOW + 60,
            NOW,
            base64.b64encode(HASH),
        )
        self.assertEqual(sign_refresh("lUpa", HASH, self.key, NOW, 60), by_hand(HS256, payload))

    def test_jwt_is_what_hmac_says(self) -> None:
        payload = b'{"sub":"jane","iat":%d,"exp":%d}' % (NOW, NOW + 60)
        self.assertEqual(sign_jwt("jane", self.key, NOW, 60), by_hand(HS256, payload))
        self.assertEqual(sign_jwt("jane", self.key, NOW, 60, {}), by_hand(HS256, payload))

    def test_members_follow_the_standard_ones(self) -> None:
        members = {"iss": "plant-7", "acl": ["é\0"], "deep": {"n": None}}
        said = json.dumps(members, ensure_ascii=False, separators=(",", ":"))[1:-1]
        for token, standard in (
            (sign_jwt("u", self.key, NOW, 60, members), '"sub":"u","iat":%d,"exp":%d' % (NOW, NOW + 60)),
            (
                sign_access("u", self.key, NOW, 60, members),
                '"token_type":"access","sub":"u","exp":%d,"nbf":%d' % (NOW + 60, NOW),
            ),
            (
                sign_refresh("u", HASH, self.key, NOW, 60, members),
                '"token_type":"refresh","sub":"u","exp":%d,"nbf":%d,"state_hash":"%s"'
                % (NOW + 60, NOW, base64.b64encode(HASH).decode()),
            ),
        ):
            self.assertEqual(token, by_hand(HS256, f"{{{standard},{said}}}".encode()))

    def test_hostile_members(self) -> None:
        endless: dict[str, Any] = {}
        endless["again"] = endless
        deep: Any = 1
        for _ in range(33):
            deep = [deep]
        for members, kind in (
            ({"n": float("nan")}, JsonToSignError),  # RFC 8259 6
            ({1: "one", "1": "another"}, JsonToSignError),  # RFC 8259 4: the same name twice
            ({"deep": deep}, JsonToSignError),
            ({str(n): n for n in range(65)}, JsonToSignError),
            ({"s": "\ud800"}, NotUtf8Error),
            ({"sub": "root"}, MemberReservedError),
            ({"exp": 2**62}, MemberReservedError),
        ):
            for sign in (sign_jwt, sign_access):
                self.refused(kind, sign, "u", self.key, NOW, 60, members)
        with self.assertRaises(ValueError):
            sign_jwt("u", self.key, NOW, 60, endless)
        with self.assertRaises(TypeError):
            sign_jwt("u", self.key, NOW, 60, {"secret": b"bytes"})
        for no_mapping in (["sub", "root"], '{"a":1}'):
            with self.assertRaises(TypeError):
                sign_jwt("u", self.key, NOW, 60, no_mapping)  # type: ignore[arg-type]

    def test_refusals(self) -> None:
        self.refused(ClockNotSetError, sign_access, "u", self.key, 0)
        self.refused(LifetimeZeroError, sign_access, "u", self.key, NOW, 0)
        self.refused(TimeOverflowError, sign_access, "u", self.key, 2**63 - 1)
        self.refused(SubjectEmptyError, sign_access, "", self.key, NOW)
        self.refused(NotUtf8Error, sign_access, b"\xff", self.key, NOW)
        self.refused(NotUtf8Error, sign_access, "\ud800", self.key, NOW)

    def test_numbers_are_never_cut_to_size(self) -> None:
        for now, lifetime in ((2**64 + NOW, 1), (NOW, 2**32 + 1), (NOW, -1)):
            with self.assertRaises(ValueError):
                sign_access("u", self.key, now, lifetime)

    def test_a_state_hash_is_32_bytes(self) -> None:
        with self.assertRaises(ValueError):
            sign_refresh("u", HASH[:31], self.key, NOW)

    def test_a_dict_is_signed_as_it_is(self) -> None:
        moment = datetime(2025, 4, 26, 7, 19, 38, 900_000, timezone.utc)
        claims = {"sub": "é", "exp": moment, "acl": ["a"]}
        said = f'{{"sub":"é","exp":{NOW},"acl":["a"]}}'.encode()
        self.assertEqual(sign(claims, self.key), by_hand(HS256, said))
        self.assertEqual(sign({}, self.key), by_hand(HS256, b"{}"))
        with self.assertRaisesRegex(TypeError, "time zone"):
            sign({"exp": moment.replace(tzinfo=None)}, self.key)
        with self.assertRaisesRegex(TypeError, "claims must be a mapping, not str"):
            sign('{"sub":"u"}', self.key)  # type: ignore[arg-type]
        # Verified claims are a mapping too, so they can be signed.
        self.assertEqual(sign(self.verified(claims), self.key), by_hand(HS256, said))

    def verified(self, claims: dict[str, Any]) -> Claims:
        want = Validation(TokenType.JWT)
        return verify(sign(claims, self.key), self.key, want, NOW - 1)

    def test_now_is_the_clock(self) -> None:
        before = int(time.time())
        claims = verify(sign_access("u", self.key, lifetime=60), self.key)
        after = int(time.time())
        assert claims.nbf is not None
        self.assertTrue(before <= claims.nbf <= after)
        self.refused(ExpiredError, verify, sign_access("u", self.key, before - 60, 60), self.key)

    def test_json_is_strict(self) -> None:
        for claims_set in ("", "[]", "{}x", '{"a":1,"\\u0061":2}'):
            self.refused(JsonToSignError, sign_json, claims_set, self.key)


class Verifying(WithKey):
    def verify(self, token: Any, want: Validation = ACCESS, now: int = NOW) -> Any:
        return verify(token, self.key, want, now)

    def test_claims(self) -> None:
        claims = self.verify(sign_access("lUpa", self.key, NOW, 60))
        self.assertEqual((claims.sub, claims.exp, claims.nbf), ("lUpa", NOW + 60, NOW))
        self.assertEqual(claims.token_type, TokenType.ACCESS)

    def test_an_integer_that_python_does_not_read(self) -> None:
        def token(digits: int) -> str:
            return sign_json('{"exp":%d,"l":[-%s]}' % (NOW + 60, "7" * digits), self.key)

        want = Validation(TokenType.JWT)
        self.assertEqual(verify(token(4300), self.key, want, NOW)["l"], [-int("7" * 4300)])
        error = self.refused(IntegerTooLongError, verify, token(4301), self.key, want, NOW)
        self.assertEqual(str(error), "an integer of the claims set has more digits than Python reads")
        self.assertIsInstance(error, JsonError)
        self.assertEqual((error.http_status, error.detail.part), (401, Part.PAYLOAD))
        self.assertEqual(str(pickle.loads(pickle.dumps(error))), str(error))

    def test_a_token_may_come_as_bytes(self) -> None:
        self.assertEqual(self.verify(sign_access("lUpa", self.key, NOW).encode()).sub, "lUpa")

    def test_every_kind_of_claim(self) -> None:
        own = {"s": "é\"\0\U0001f511", "i": -5, "big": 2**70, "f": 1.5, "t": True, "f2": False,
               "n": None, "o": {"a": [1]}, "l": [1, "x"], "e": ""}
        times = {"token_type": "access", "sub": "u", "exp": NOW + 60, "nbf": NOW}
        claims = self.verify(sign_json(json.dumps({**times, **own}), self.key))
        for name, value in own.items():
            found = claims.get(name)
            self.assertEqual((type(found), found), (type(value), value), name)
        self.assertNotIn("S", claims)

    def test_claims_are_a_mapping(self) -> None:
        token = sign({"sub": "u", "exp": NOW + 60, "roles": ["a"]}, self.key)
        claims = verify(token, self.key, Validation(TokenType.JWT), NOW)
        self.assertEqual(claims["roles"], ["a"])
        self.assertEqual(claims.get("absent", 5), 5)
        self.assertEqual(dict(claims), {"sub": "u", "exp": NOW + 60, "roles": ["a"]})
        self.assertEqual(repr(claims), f"Claims({dict(claims)!r})")
        with self.assertRaises(KeyError):
            claims["absent"]
        self.assertEqual(pickle.loads(pickle.dumps(claims)), claims)

    def test_rules_are_copied_and_checked_at_once(self) -> None:
        want = Validation(TokenType.JWT, issuer="plant-7", max_age=60)
        for again in (pickle.loads(pickle.dumps(want)), copy.deepcopy(want)):
            self.assertEqual(again, want)
            token = sign_jwt("u", self.key, NOW, 60, {"iss": "plant-8"})
            self.refused(IssuerWrongError, verify, token, self.key, again, NOW)
        number, kind = ValueError, TypeError
        refused: list[tuple[type[Exception], str, Any]] = [
            (number, "leeway", 2**32), (number, "leeway", -1), (number, "max_age", 0), (number, "require", -1),
            (kind, "leeway", 1.5), (kind, "issuer", ["plant-7"]), (kind, "audience", 7),
        ]
        for error, rule, value in refused:
            with self.assertRaises(error):
                Validation(**{rule: value})

    def test_a_wrong_type_is_named(self) -> None:
        token = sign_access("lUpa", self.key, NOW)
        options: Any = {"issuer": "me"}
        # What jwt.decode takes.
        for no_rules in ("HS256", ["HS256"], options, None):
            said = f"want must be a Validation, such as Validation.TokenType.JWT., not {type(no_rules).__name__}"
            rules: Any = no_rules
            for call in (verify, verify_refresh, lambda *sent: authenticate(sent[0], Auth.REQUIRED, *sent[1:])):
                with self.assertRaisesRegex(TypeError, said):
                    call(token, self.key, rules)
        now: Any = NOW + 0.5
        with self.assertRaisesRegex(TypeError, "now must be an int, not float"):
            verify(token, self.key, ACCESS, now)
        mode: Any = "required"
        with self.assertRaisesRegex(TypeError, "auth must be an int, not str"):
            authenticate(token, mode, self.key)
        second = timedelta(seconds=1)
        for rule, value in (("leeway", second), ("require", ["iss"]), ("ignore", "aud"), ("max_age", 1.5)):
            wrong: Any = {rule: value}
            with self.assertRaisesRegex(TypeError, f"{rule} must be an int, not {type(value).__name__}"):
                Validation(**wrong)
        lifetime: Any = timedelta(hours=1)
        for sign_it in (
            lambda: sign_access("lUpa", self.key, NOW, lifetime),
            lambda: issue_pair("lUpa", HASH, self.key, NOW, access_lifetime=lifetime),
        ):
            with self.assertRaisesRegex(TypeError, "lifetime must be an int, not timedelta"):
                sign_it()

    def test_an_embedded_nul_is_part_of_the_subject(self) -> None:
        claims = self.verify(sign_access("admin\0x", self.key, NOW))
        self.assertEqual(claims.sub, "admin\0x")
        want = Validation(sub="admin")
        self.refused(SubjectWrongError, self.verify, sign_access("admin\0x", self.key, NOW), want)

    def test_the_subject_asked_for(self) -> None:
        token = sign_access("lUpa", self.key, NOW)
        self.assertEqual(self.verify(token, Validation(sub="lUpa")).sub, "lUpa")
        self.refused(SubjectWrongError, self.verify, token, Validation(sub="lUp"))

    def test_expired(self) -> None:
        token = sign_access("lUpa", self.key, NOW, 60)
        error = self.refused(ExpiredError, self.verify, token, ACCESS, NOW + 60)
        self.assertEqual((error.detail.time, error.detail.now), (NOW + 60, NOW + 60))
        self.assertEqual(self.verify(token, Validation(leeway=1), NOW + 60).sub, "lUpa")

    def test_a_negative_leeway_is_no_long_one(self) -> None:
        with self.assertRaisesRegex(ValueError, "^leeway must be from 0 to 4294967295$"):
            self.verify(STRANGER, Validation(leeway=-1))

    def test_not_yet_valid(self) -> None:
        token = sign_access("lUpa", self.key, NOW)
        error = self.refused(NotYetValidError, self.verify, token, ACCESS, NOW - 1)
        self.assertEqual((error.detail.time, error.detail.now), (NOW, NOW - 1))

    def test_forged(self) -> None:
        token = sign_access("lUpa", self.key, NOW)
        last = "A" if token[-1] != "A" else "B"
        for forged in (token[:-1] + last, STRANGER, by_hand(HS256, b"{}", b"other" * 8)):
            self.refused(SignatureInvalidError, self.verify, forged)

    def test_a_refresh_token_is_no_access_token(self) -> None:
        token = sign_refresh("lUpa", HASH, self.key, NOW)
        error = self.refused(TokenTypeWrongError, self.verify, token)
        self.assertEqual(error.detail.token_type, TokenType.REFRESH)

    def test_malformed_headers(self) -> None:
        for header, kind in (
            (b'{"alg":"none"}', AlgNotHs256Error),
            (b'{"alg":"HS512"}', AlgNotHs256Error),
            (b'{"typ":"JWT"}', AlgMissingError),
            (b'{"alg":"HS256","crit":["b64"]}', CritUnsupportedError),
            (b'{"alg":"HS256","alg":"HS256"}', JsonError),
            (b"\xff", JsonError),
            (b"[]", JsonError),
        ):
            self.refused(kind, self.verify, by_hand(header, b"{}"))

    def test_malformed_tokens(self) -> None:
        header = b64(HS256)
        for token, kind in (
            ("", SegmentCountError),
            ("a.b", SegmentCountError),
            ("a.b.c.d", SegmentCountError),
            (f"{header[:-1]}=.e30.x", Base64Error),
            (b"\xff\xfe.e30.x", Base64Error),
            ("\0.e30.x", Base64Error),
            ("\udcff.e30.x", Base64Error),
            (f"{header}.e30.x\0", SignatureInvalidError),
        ):
            self.refused(kind, self.verify, token)

    def test_a_mebibyte(self) -> None:
        token = by_hand(HS256, b'{"sub":"' + b"x" * 786_400 + b'"}')
        self.assertGreater(len(token), 2**20)
        error = self.refused(TokenTooLongError, self.verify, token)
        self.assertEqual(error.detail.needed, len(token))
        want = Validation(max_token_len=len(token))
        error = self.refused(ClaimsMissingError, self.verify, token, want)
        self.assertEqual(error.detail.claims, Claim.TOKEN_TYPE | Claim.EXP | Claim.NBF)

    def test_claims_of_the_wrong_type(self) -> None:
        for name, value, claim in (("exp", '"9"', Claim.EXP), ("sub", "7", Claim.SUB)):
            claims = {"token_type": '"access"', "sub": '"u"', "exp": "9999999999", "nbf": "1"}
            claims[name] = value
            payload = "{" + ",".join(f'"{n}":{v}' for n, v in claims.items()) + "}"
            error = self.refused(ClaimTypeError, self.verify, by_hand(HS256, payload.encode()))
            self.assertEqual(error.detail.claims, claim)

    def test_a_payload_that_is_not_utf8(self) -> None:
        error = self.refused(JsonError, self.verify, by_hand(HS256, b'{"sub":"\xff"}'))
        self.assertEqual(error.detail.part, Part.PAYLOAD)
        self.assertEqual(error.detail.problem, JsonProblem.NOT_UTF8)

    def test_claims_that_may_be_missing(self) -> None:
        want = Validation(TokenType.ANY, allow_missing=Claim.TOKEN_TYPE | Claim.SUB | Claim.EXP | Claim.NBF)
        claims = self.verify(by_hand(HS256, b"{}"), want)
        self.assertEqual((claims.sub, claims.exp, claims.nbf), (None, None, None))
        self.assertEqual(claims.token_type, TokenType.ABSENT)

    def test_arguments_of_the_wrong_type(self) -> None:
        token = sign_access("u", self.key, NOW)
        with self.assertRaises(TypeError):
            self.verify(140_000_000)  # never an address
        with self.assertRaises(TypeError):
            verify(token, self.key, ACCESS, float(NOW))  # type: ignore[arg-type]
        with self.assertRaises(TypeError):
            verify(None, self.key, ACCESS, NOW)  # type: ignore[arg-type]


class Rules(WithKey):
    """Each rule for another system's tokens gets good, boundary and hostile tokens."""

    def verify(self, members: str, now: int = NOW, **rules: Any) -> Any:
        """Verifies a token that expires at NOW + 60 and has these members, under TokenType.JWT."""
        token = by_hand(HS256, f'{{"exp":{NOW + 60}{"," if members else ""}{members}}}'.encode())
        return verify(token, self.key, Validation(TokenType.JWT, **rules), now)

    def passes(self, *members: str, **rules: Any) -> None:
        for each in members:
            self.assertEqual(self.verify(each, **rules).exp, NOW + 60, each)

    def refuses(self, kind: type[Error], *members: str, **rules: Any) -> Error:
        for each in members:
            with self.subTest(each):
                error = self.refused(kind, lambda: self.verify(each, **rules))
        return error

    def test_jwt_requires_exp_alone(self) -> None:
        claims = self.verify('"token_type":7,"state_hash":[]')
        self.assertEqual((claims.sub, claims.nbf, claims.token_type), (None, None, TokenType.ABSENT))
        self.assertEqual((claims.get("token_type"), claims.get("state_hash")), (7, []))
        self.assertEqual(self.verify("", now=NOW + 59).exp, NOW + 60)
        error = self.refuses(ExpiredError, "", now=NOW + 60)
        self.assertEqual((error.detail.time, error.detail.now), (NOW + 60, NOW + 60))
        for payload in (b"{}", b'{"sub":"u"}'):
            error = self.refused(
                ClaimsMissingError, verify, by_hand(HS256, payload), self.key, Validation(TokenType.JWT), NOW
            )
            self.assertEqual(error.detail.claims, Claim.EXP)
        # A claim that is looked at must have its type (RFC 7519 4.1.2).
        self.refuses(ClaimTypeError, '"sub":42', '"sub":null')

    def test_signed_and_verified(self) -> None:
        members = {"iss": "https://auth.example.com", "aud": ["api", "web"], "role": "editor"}
        token = sign_jwt("jane", self.key, NOW, 600, members)
        want = Validation(
            TokenType.JWT, issuer="https://auth.example.com", audience="api", max_age=600, require=Claim.SUB
        )
        claims = verify(token, self.key, want, NOW)
        self.assertEqual((claims.sub, claims.exp, claims.get("iat")), ("jane", NOW + 600, NOW))
        self.assertEqual(claims.get("role"), "editor")
        # RFC 8725 3.12: it is no access token of the site.
        error = self.refused(ClaimsMissingError, verify, token, self.key, ACCESS, NOW)
        self.assertEqual(error.detail.claims, Claim.TOKEN_TYPE | Claim.NBF)

    def test_issuer(self) -> None:
        """RFC 7519 4.1.1: a StringOrURI is compared after unescaping, with regard to case (RFC 7519 2)."""
        want = "https://auth.example.com"
        self.passes(f'"iss":"{want}"', r'"iss":"https:\/\/\u0061uth.example.com"', issuer=want)
        self.refuses(
            IssuerWrongError,
            f'"iss":"{want}/"', f'"iss":"{want}.evil"', f'"iss":"{want}\\u0000"', '"iss":"https://Auth.example.com"',
            '"iss":"https://auth.example.co"', '"iss":""',
            issuer=want,
        )
        self.refuses(ClaimTypeError, f'"iss":["{want}"]', '"iss":1', '"iss":null', issuer=want)
        self.assertEqual(self.refuses(ClaimsMissingError, "", issuer=want).detail.claims, Claim.ISS)
        # An empty setting is a rule.
        self.refuses(IssuerWrongError, f'"iss":"{want}"', issuer="")
        # A text that no token can have is compared, and never found.
        self.refuses(IssuerWrongError, r'"iss":"?"', issuer="\ud800")
        # Not asked for, it is a member like any other.
        self.passes('"iss":1')
        # With allow_missing, a token that has an iss is still checked.
        self.passes("", f'"iss":"{want}"', issuer=want, allow_missing=Claim.ISS)
        self.refuses(IssuerWrongError, '"iss":"evil"', issuer=want, allow_missing=Claim.ISS)
        # A rule that asks for the claim overrides ignore.
        self.refuses(IssuerWrongError, '"iss":"evil"', issuer=want, ignore=Claim.ISS)

    def test_audience(self) -> None:
        """RFC 7519 4.1.3: aud is a string or an array of strings. RFC 8725 3.9: it must be checked."""
        self.passes('"aud":"api"', '"aud":["web","api"]', r'"aud":["\u0061pi"]', audience="api")
        self.refuses(
            AudienceWrongError,
            '"aud":"API"', '"aud":"api "', '"aud":"ap"', '"aud":["web"]', '"aud":[]', '"aud":""',
            audience="api",
        )
        self.refuses(
            ClaimTypeError,
            '"aud":{"api":1}', '"aud":["api",1]', '"aud":[["api"]]', '"aud":null', '"aud":1',
            audience="api",
        )
        self.assertEqual(self.refuses(ClaimsMissingError, "", audience="api").detail.claims, Claim.AUD)
        self.refuses(AudienceWrongError, '"aud":"api"', audience="")
        # Without an audience in the rules, a token with an aud is refused.
        self.refuses(AudienceUnexpectedError, '"aud":"api"', '"aud":[]', '"aud":7')

    def test_max_age(self) -> None:
        """RFC 7519 4.1.6: iat is from 0 to max_age seconds ago. A fraction is rounded up."""
        self.passes(f'"iat":{NOW}', f'"iat":{NOW - 60}', f'"iat":{NOW - 60.5}', max_age=60)
        error = self.refuses(TooOldError, f'"iat":{NOW - 61}', max_age=60)
        self.assertEqual((error.detail.time, error.detail.now), (NOW - 61, NOW))
        error = self.refuses(IssuedInFutureError, f'"iat":{NOW + 1}', f'"iat":{NOW}.5', max_age=60)
        self.assertEqual((error.detail.time, error.detail.now), (NOW + 1, NOW))
        self.passes(f'"iat":{NOW - 61}', f'"iat":{NOW + 1}', max_age=60, leeway=1)
        self.refuses(TooOldError, f'"iat":{NOW - 62}', '"iat":-1', max_age=60, leeway=1)
        self.refuses(ClaimTypeError, f'"iat":"{NOW}"', '"iat":null', max_age=60)
        self.refuses(NumericDateRangeError, '"iat":1e19', max_age=60)
        self.assertEqual(self.refuses(ClaimsMissingError, "", max_age=60).detail.claims, Claim.IAT)
        # Not asked for, it is a member like any other.
        self.passes(f'"iat":{NOW * 2}', '"iat":"yesterday"')
        # For C 0 would mean no rule.
        for max_age in (0, -1, 2**32):
            with self.assertRaisesRegex(ValueError, "^max_age must be from 1 to 4294967295$"):
                self.verify(f'"iat":{NOW}', max_age=max_age)
        self.passes(f'"iat":{NOW - 1}', max_age=1)
        self.passes('"iat":1', max_age=2**32 - 1)

    def test_require(self) -> None:
        """RFC 7519 4: which claims must be there is the application's choice."""
        self.passes('"jti":"1"', '"jti":""', require=Claim.JTI)
        error = self.refuses(ClaimsMissingError, "", require=Claim.JTI | Claim.SUB)
        self.assertEqual(error.detail.claims, Claim.JTI | Claim.SUB)
        # RFC 7519 4.1.7: a string.
        self.refuses(ClaimTypeError, '"jti":1', '"jti":null', require=Claim.JTI)
        # require overrides allow_missing and ignore.
        everything = Claim.JTI | Claim.EXP
        self.refuses(ClaimsMissingError, "", require=Claim.JTI, allow_missing=everything, ignore=everything)
        with self.assertRaises(ValueError):
            self.verify("", require=-1)
        self.refuses(OptionError, "", require=512)

    def test_ignore(self) -> None:
        """A claim that is ignored may have any type, and is a member like any other."""
        claims = self.verify('"sub":42,"aud":[{}],"nbf":"later"', ignore=Claim.SUB | Claim.AUD | Claim.NBF)
        self.assertEqual((claims.sub, claims.nbf, claims.get("sub")), (None, None, 42))
        # ignore counts only for the claims that it names.
        self.refuses(ClaimTypeError, '"sub":42', ignore=Claim.AUD)
        self.refuses(AudienceUnexpectedError, '"aud":"api"', ignore=Claim.SUB)
        # If exp is ignored, the token never expires.
        self.assertIsNone(self.verify("", now=NOW * 2, ignore=Claim.EXP).exp)
        self.refuses(OptionError, "", ignore=512)

    def test_typ(self) -> None:
        """RFC 8725 3.11: typ is compared without regard to case and to application/ (RFC 7515 4.1.9)."""
        token = by_hand(b'{"typ":"application/AT+jwt","alg":"HS256"}', b'{"exp":%d}' % (NOW + 60))
        want = Validation(TokenType.JWT, typ="at+jwt")
        self.assertEqual(verify(token, self.key, want, NOW).exp, NOW + 60)
        self.refuses(TypWrongError, "", typ="at+jwt")
        self.refuses(TypWrongError, "", typ="\ud800")


class Unverified(unittest.TestCase):
    def test_what_a_token_says(self) -> None:
        said = decode_unverified(STRANGER)
        self.assertEqual((said.said_sub, said.said_exp), ("lpua", 1_745_655_578))
        self.assertEqual(json.loads(said.header_json)["alg"], "HS256")
        self.assertIsNone(said.error)

    def test_a_claim_of_the_wrong_type_is_told(self) -> None:
        said = decode_unverified(by_hand(b'{"alg":"none"}', b'{"exp":"soon"}'))
        self.assertEqual((type(said.error), said.payload_json), (ClaimTypeError, '{"exp":"soon"}'))

    def test_a_mebibyte(self) -> None:
        with self.assertRaises(TokenTooLongError):
            decode_unverified("a" * 2**20)


class Keys(WithKey):
    def test_short_secrets(self) -> None:
        self.refused(KeyTooShortError, Key, b"k" * 31)
        self.refused(KeyTooShortError, Key.weak, b"")
        with Key.weak(b"k") as key:
            self.assertEqual(verify(sign_access("u", key, NOW), key, ACCESS, NOW).sub, "u")

    def test_a_secret_is_bytes_or_str(self) -> None:
        token = sign_access("u", self.key, NOW)
        with Key(SECRET.decode()) as key:
            self.assertEqual(verify(token, key, now=NOW).sub, "u")
        with Key("é" * 16) as text, Key("é".encode() * 16) as octets:
            self.assertEqual(sign_access("u", text, NOW), sign_access("u", octets, NOW))
        with self.assertRaisesRegex(ValueError, "secret has a lone surrogate, which is not UTF-8"):
            Key("\ud800" * 11)
        for other in (None, 5, bytearray(SECRET), [SECRET]):
            with self.assertRaisesRegex(TypeError, "secret must be str or bytes, not "):
                Key(other)  # type: ignore[arg-type]

    def test_a_secret_is_no_key(self) -> None:
        for call in (lambda key: verify(STRANGER, key), lambda key: sign({}, key)):
            with self.assertRaisesRegex(TypeError, r"key must be a Key, such as Key\(secret\), not bytes"):
                call(SECRET)

    def test_a_nul_does_not_end_a_secret(self) -> None:
        with Key(b"\0" * 32 + b"a") as one, Key(b"\0" * 32 + b"b") as other:
            self.refused(SignatureInvalidError, verify, sign_access("u", one, NOW), other, ACCESS, NOW)

    def test_a_closed_key_is_refused(self) -> None:
        with self.key:
            token = sign_access("u", self.key, NOW)
        self.refused(NotReadyError, verify, token, self.key, ACCESS, NOW)
        self.refused(NotReadyError, sign_access, "u", self.key, NOW)
        self.assertFalse(any(self.key._c.opaque), "the key is wiped")

    def test_a_forgotten_key_is_wiped(self) -> None:
        struct = Key(SECRET)._c
        slots = Keyring([RingKey("a", self.key)])._slots
        self.assertFalse(any(struct.opaque))
        self.assertFalse(any(any(slot.opaque) for slot in slots))

    def test_a_key_is_wiped_when_the_interpreter_ends(self) -> None:
        # The function that is registered first runs last.
        program = """
import atexit
atexit.register(lambda: print(any(key._c.opaque)))
from barejwt import Key
key = Key(b"k" * 32)
print(any(key._c.opaque))
"""
        ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
        self.assertEqual(ran.stdout.split(), [b"True", b"False"])

    def test_a_key_that_was_not_made_ends_quietly(self) -> None:
        complaints: list[object] = []
        hook, sys.unraisablehook = sys.unraisablehook, complaints.append
        self.addCleanup(setattr, sys, "unraisablehook", hook)
        for make, error in (
            (lambda: Key(), TypeError),  # type: ignore[call-arg]
            (lambda: Key(5), TypeError),  # type: ignore[arg-type]
            (lambda: Key(b"short"), Error),
            (lambda: Key.__new__(Key).missing, AttributeError),  # type: ignore[attr-defined]
            (lambda: Keyring(), TypeError),  # type: ignore[call-arg]
            (lambda: Keyring(5), TypeError),  # type: ignore[arg-type]
            (lambda: Keyring([5]), TypeError),  # type: ignore[list-item]
            (lambda: Keyring([RingKey("", self.key)]), Error),
        ):
            with self.assertRaises(error):
                make()
        self.assertEqual(complaints, [])

    def test_threads_share_a_key(self) -> None:
        def use(number: int) -> bool:
            for round in range(200):
                sub = f"user {number}, {round}"
                if verify(sign_access(sub, self.key, NOW), self.key, ACCESS, NOW).sub != sub:
                    return False
            return True

        with ThreadPoolExecutor(8) as pool:
            self.assertEqual(list(pool.map(use, range(8))), [True] * 8)

    def test_a_key_is_not_copied(self) -> None:
        for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
            with self.assertRaises(TypeError):
                attempt(self.key)

    def test_nothing_secret_is_printed(self) -> None:
        token = sign_access("lUpa", self.key, NOW)
        error = self.refused(ExpiredError, verify, token, self.key, ACCESS, NOW * 2)
        shown = [repr(self.key), str(self.key), repr(error), str(error), repr(RingKey("k", self.key))]
        shown += traceback.format_exception(type(error), error, None)
        shown.append(repr(Validation(sub="lUpa")))
        with self.assertRaises(Error) as caught:
            sign_jwt("lUpa", self.key, NOW, 60, {"sub": SECRET.decode()})
        shown += traceback.format_exception(Error, caught.exception, None)
        for line in shown:
            for secret in (SECRET.decode(), token, token.split(".")[2], "lUpa"):
                self.assertNotIn(secret, line)

    def test_an_error_survives_pickling(self) -> None:
        error = self.refused(ExpiredError, verify, sign_access("u", self.key, 1), self.key, ACCESS, NOW)
        again = pickle.loads(pickle.dumps(error))
        self.assertEqual((type(again), again.detail), (type(error), error.detail))
        self.assertEqual(str(again), "the token has expired")


class Keyrings(WithKey):
    def test_rotation(self) -> None:
        with Key(b"new" * 11) as new:
            ring = Keyring([RingKey("old", self.key, without_kid=True), RingKey("new", new, signs=True)])
        token = sign_access("u", ring, NOW)
        self.assertEqual(json.loads(decode_unverified(token).header_json)["kid"], "new")
        self.assertEqual(verify(token, ring, ACCESS, NOW).sub, "u")
        self.assertEqual(verify(sign_access("u", self.key, NOW), ring, ACCESS, NOW).sub, "u")
        self.refused(SignatureInvalidError, verify, token, self.key, ACCESS, NOW)
        ring.close()
        self.refused(NotReadyError, verify, token, ring, ACCESS, NOW)
        self.assertFalse(any(any(slot.opaque) for slot in ring._slots), "the copies are wiped")

    def test_refusals(self) -> None:
        self.refused(KeyringEmptyError, Keyring, [])
        self.refused(KidDuplicateError, Keyring, [RingKey("a", self.key)] * 2)
        self.refused(KidInvalidError, Keyring, [RingKey("k" * 64, self.key)])
        Keyring([RingKey("k" * 63, self.key)]).close()
        self.refused(KidInvalidError, Keyring, [RingKey("", self.key)])
        ring = Keyring([RingKey("a", self.key)])
        self.refused(KidNotInKeyringError, sign_access, "u", ring, NOW)
        self.refused(KidMissingError, verify, sign_access("u", self.key, NOW), ring, ACCESS, NOW)


if __name__ == "__main__":
    unittest.main()
