"""Arguments of the wrong type or size, of every function: the error names the argument."""

import time
import unittest
from typing import Any, Callable

from barejwt import (
    Auth,
    Claim,
    ExpiredError,
    Key,
    Keyring,
    Pair,
    RingKey,
    Session,
    TokenType,
    Validation,
    authenticate,
    bearer_token,
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

from .test_tokens import HASH, NOW, WithKey

HUGE = 10**5000
TEXT: tuple[Any, ...] = (-1, HUGE, 1.5, True, [], {}, object())
NUMBER: tuple[Any, ...] = (-1, 2**64, HUGE, 1.5, True, "1", b"1", [], {}, object())
U32: tuple[Any, ...] = (*NUMBER, None, 2**32)
TIME: tuple[Any, ...] = (2**63, -(2**63) - 1, *NUMBER[1:], NOW * 1000)
OTHER: tuple[Any, ...] = (None, *NUMBER, "\ud800", ["a"])
MEMBERS: tuple[Any, ...] = (-1, HUGE, 1.5, True, "{}", b"{}", [], ["a"], object(), {"exp": NOW * 1000})

LIFETIMES = {"access_lifetime": U32, "refresh_lifetime": U32}
PAIR_OPTIONS = {**LIFETIMES, "access_members": MEMBERS, "refresh_members": MEMBERS}
SIGNED = {"sub": (None, *TEXT), "key": OTHER, "now": TIME, "lifetime": U32, "members": MEMBERS}
VERIFIED = {"token": (None, *TEXT), "key": OTHER, "want": OTHER, "now": TIME}


def ring(kid: str, key: Key) -> Key:
    return Keyring([RingKey(kid, key)])


def session(**pair: Any) -> Session:
    return Session(Pair(**pair))


class Arguments(WithKey):
    def setUp(self) -> None:
        super().setUp()
        self.pair = issue_pair("u", HASH, self.key, NOW)
        self.token = sign_access("u", self.key, NOW)

    def calls(self) -> list[tuple[Callable[..., Any], dict[str, Any], dict[str, tuple[Any, ...]]]]:
        """Functions, with good arguments, and with bad ones of each parameter."""
        key, pair = self.key, self.pair
        refresh = verify_refresh(pair.refresh_token, key, now=NOW)
        expired = self.refused(ExpiredError, verify, self.token, key, Validation(), NOW * 2)
        signed: dict[str, Any] = {"sub": "u", "key": key}
        return [
            (Key, {}, {"secret": (None, *TEXT)}),
            (Key.weak, {}, {"secret": (None, *TEXT)}),
            (Keyring, {}, {"keys": tuple(value for value in OTHER if value != [])}),
            (ring, {"kid": "a", "key": key}, {"kid": (None, *TEXT), "key": OTHER}),
            (Validation, {}, dict.fromkeys(("token_type", "require", "allow_missing", "ignore", "leeway"), U32)),
            (Validation, {}, {"max_age": (0, 2**32, *NUMBER), "max_token_len": (None, *NUMBER)}),
            (Validation, {}, dict.fromkeys(("sub", "issuer", "audience", "typ"), TEXT)),
            (sign, {"key": key}, {"claims": (None, *MEMBERS)}),
            (sign, {"claims": {}}, {"key": OTHER}),
            (sign_json, {"claims_set": "{}", "key": key}, {"claims_set": (None, *TEXT), "key": OTHER}),
            (sign_access, signed, SIGNED),
            (sign_jwt, signed, SIGNED),
            (sign_refresh, {**signed, "state_hash": HASH}, {**SIGNED, "state_hash": OTHER}),
            (verify, {"token": self.token, "key": key}, VERIFIED),
            (verify_refresh, {"token": pair.refresh_token, "key": key}, VERIFIED),
            (decode_unverified, {}, {"token": (None, *TEXT)}),
            (
                authenticate,
                {"header": f"Bearer {self.token}", "auth": Auth.REQUIRED, "key": key},
                {"header": TEXT, "auth": (3, *U32), "key": OTHER, "want": OTHER, "now": TIME},
            ),
            (bearer_token, {}, {"header": TEXT}),
            (
                issue_pair,
                {**signed, "state_hash": HASH},
                {"sub": (None, *TEXT), "state_hash": OTHER, "key": OTHER, "now": TIME, **PAIR_OPTIONS},
            ),
            (refresh.renew, {"account_hash": HASH, "key": key}, {"account_hash": OTHER, "key": OTHER, **PAIR_OPTIONS}),
            (refresh.confirm, {}, {"account_hash": OTHER}),
            (Pair.from_answer, {}, {"answer": (None, *TEXT)}),
            (Session, {"pair": pair}, {"pair": OTHER, "margin": U32}),
            (Session(pair).renewed, {}, {"pair": OTHER}),
            (Session(pair).next, {}, {"now": TIME}),
            (
                session,
                {"access_token": "a", "refresh_token": "r", "access_expires": NOW, "refresh_expires": NOW},
                {
                    **dict.fromkeys(("access_token", "refresh_token"), (None, *TEXT)),
                    **dict.fromkeys(("access_expires", "refresh_expires"), (None, *TIME)),
                },
            ),
            (expired.www_authenticate, {}, {"realm": (None, *TEXT)}),
        ]

    def test_every_wrong_argument_is_named(self) -> None:
        for call, good, parameters in self.calls():
            for name, values in parameters.items():
                for value in values:
                    with self.subTest(f"{call}, {name} of type {type(value).__name__}"):
                        with self.assertRaises((TypeError, ValueError)) as caught:
                            call(**{**good, name: value})
                        self.assertRegex(str(caught.exception), rf"^(exp in )?{name} must be ")

    def test_a_float_is_no_time_and_the_docstrings_say_what_to_write(self) -> None:
        with self.assertRaisesRegex(TypeError, "^now must be an int, not float$"):
            verify(self.token, self.key, now=time.time())  # type: ignore[arg-type]
        self.assertEqual(verify(sign_access("u", self.key), self.key, now=int(time.time())).sub, "u")
        takes_now = (
            authenticate, issue_pair, sign_access, sign_jwt, sign_refresh, verify, verify_refresh, Session.next,
        )
        for function in takes_now:
            self.assertIn("int(time.time())", function.__doc__ or "", function.__qualname__)

    def test_milliseconds_are_no_seconds(self) -> None:
        said = "^now must be seconds since 1970, and can only be milliseconds: divide it by 1000$"
        for now in (NOW * 1000, int(time.time() * 1000), 253_402_300_801, 253_402_300_799_999):
            with self.assertRaisesRegex(ValueError, said):
                verify(self.token, self.key, now=now)
        for now in (253_402_300_800, 253_402_300_800_000, 2**63 - 1):
            self.refused(ExpiredError, verify, self.token, self.key, Validation(), now)

    def test_a_claim_in_milliseconds_is_signed_only_as_text(self) -> None:
        for name in ("exp", "nbf", "iat"):
            for time_ in (NOW * 1000, NOW * 1000.5):
                with self.assertRaisesRegex(ValueError, f"^{name} in claims must be seconds since 1970"):
                    sign({"sub": "u", name: time_}, self.key)
            text = '{"%s":%d}' % (name, NOW * 1000)
            self.assertEqual(decode_unverified(sign_json(text, self.key)).payload_json, text)
        for claims in ({"exp": 253_402_300_800}, {"exp": 2**53}, {"exp": NOW, "updated": NOW * 1000}):
            rules = Validation(TokenType.JWT, require=Claim.EXP)
            self.assertEqual(dict(verify(sign(claims, self.key), self.key, rules, NOW - 1)), claims)


if __name__ == "__main__":
    unittest.main()
