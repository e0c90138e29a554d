"""The vectors that every port of barejwt passes, and the everyday token. The head of tests/vectors.txt in
the root of the repository explains each field."""

import json
import unittest
from pathlib import Path

from barejwt import (
    Action,
    Auth,
    Claim,
    Error,
    Key,
    Keyring,
    LoginAnswerJsonError,
    Pair,
    RingKey,
    Session,
    TokenType,
    Validation,
    authenticate,
    decode_unverified,
    sign,
    sign_access,
    sign_refresh,
    verify,
    verify_refresh,
)

ROOT = Path(__file__).resolve().parents[3]
RECEIVED = 1_745_651_978
STATE = b"\x5a" * 32
RULES = {
    "access": Validation(),
    "refresh": Validation(TokenType.REFRESH),
    "any": Validation(
        TokenType.ANY,
        allow_missing=Claim.TOKEN_TYPE | Claim.SUB | Claim.EXP | Claim.NBF,
        ignore=Claim.AUD,
    ),
}


def key_of(field: str) -> Key:
    if ":" not in field:
        return Key(bytes.fromhex(field))
    named = [entry.split(":") for entry in field.split(" ")]
    last = named[-1][0]
    return Keyring([RingKey(kid, Key(bytes.fromhex(secret)), signs=kid == last) for kid, secret in named])


def outcome(call: str, key: Key, now: int, text: str) -> str:
    if call in ("none", "optional", "required"):
        header = None if text == "(absent)" else text
        claims = authenticate(header, Auth[call.upper()], key, now=now).claims
        return "anonymous" if claims is None else f"sub={claims.sub}"
    if call in RULES:
        return f"sub={verify(text, key, RULES[call], now).sub or ''}"
    if call == "sign-access":
        return f"token={sign_access(text, key, now)}"
    if call == "sign-refresh":
        return f"token={sign_refresh(text, STATE, key, now)}"
    if call == "renew":
        pair = verify_refresh(text, key, now=now).renew(STATE, key)
        return f"pair={pair.access_token} {pair.refresh_token}"
    if call == "session":
        return session(text, now)
    assert call == "unverified"
    said = decode_unverified(text)
    if said.error is not None:
        raise said.error
    return f"sub={said.said_sub or ''}"


def session(answer: str, now: int) -> str:
    client = Session(Pair.from_answer(answer), 60)
    client.next(RECEIVED)
    after = client.next(now)
    words = {Action.USE_ACCESS: "use=", Action.REFRESH: "refresh=", Action.LOG_IN: "log in"}
    return words[after.action] + (after.token or "")


def described(error: Error) -> str:
    # The vectors use the words of Rust, which has one error for all JSON.
    return "a part is not a strict JSON object" if isinstance(error, LoginAnswerJsonError) else str(error)


class Vectors(unittest.TestCase):
    def test_all(self) -> None:
        lines = (ROOT / "tests" / "vectors.txt").read_text(encoding="utf-8").split("\n")
        vectors = [line.split("\t") for line in lines if line and not line.startswith("#")]
        self.assertEqual(len(vectors), 304)
        for name, call, key, now, answer, text in vectors:
            with self.subTest(name):
                try:
                    found = outcome(call, key_of(key), int(now), text)
                except Error as error:
                    found = described(error)
                self.assertEqual(found, answer)


class Everyday(unittest.TestCase):
    def setUp(self) -> None:
        lines = (ROOT / "benches" / "tokens.txt").read_text(encoding="utf-8").splitlines()
        self.key, self.token = Key(lines[0]), lines[4]

    def test_verified(self) -> None:
        claims = verify(self.token, self.key, Validation(TokenType.JWT, issuer="https://auth.example.com"))
        self.assertEqual(claims["email"], "jane@example.com")
        self.assertEqual(claims["roles"], ["a", "b", "c"])
        self.assertEqual((claims.sub, claims.exp, len(claims)), ("user-12345678", 4_000_000_000, 10))

    def test_signed(self) -> None:
        said = json.loads(decode_unverified(self.token).payload_json)
        self.assertEqual(sign(said, self.key), self.token)


if __name__ == "__main__":
    unittest.main()
