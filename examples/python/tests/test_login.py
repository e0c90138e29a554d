"""Authorising requests, pairs of tokens, and the client's session."""

import copy
import json
import pickle
import unittest

from typing import Any

from barejwt import (
    Action,
    Auth,
    AuthorizationMalformedError,
    AuthorizationMissingError,
    AuthorizationSchemeError,
    Claim,
    ClaimsMissingError,
    ClockNotSetError,
    ExpiredError,
    Identity,
    IssuerWrongError,
    JsonToSignError,
    LoginAnswerInvalidError,
    LoginAnswerJsonError,
    LoginRefusedError,
    MemberReservedError,
    NotReadyError,
    NotUtf8Error,
    OptionError,
    Pair,
    RealmInvalidError,
    Session,
    StateHashMismatchError,
    TokenTooLongError,
    TokenType,
    TokenTypeWrongError,
    Validation,
    authenticate,
    bearer_token,
    issue_pair,
    sign_access,
    sign_json,
    sign_jwt,
    sign_refresh,
    verify,
    verify_refresh,
)

from .test_tokens import ACCESS, HASH, NOW, WithKey


class Authorising(WithKey):
    def setUp(self) -> None:
        super().setUp()
        self.header = "Bearer " + sign_access("lUpa", self.key, NOW)

    def authenticate(self, header: object, auth: Auth) -> Identity:
        return authenticate(header, auth, self.key, ACCESS, NOW)  # type: ignore[arg-type]

    def test_a_user(self) -> None:
        for auth in (Auth.REQUIRED, Auth.OPTIONAL):
            who = self.authenticate(self.header, auth)
            assert who.claims is not None
            self.assertEqual((who.claims.sub, who.claims.get("sub")), ("lUpa", "lUpa"))
            self.assertFalse(who.is_anonymous)

    def test_anonymous(self) -> None:
        self.assertTrue(self.authenticate(None, Auth.OPTIONAL).is_anonymous)
        self.assertTrue(self.authenticate("rubbish", Auth.NONE).is_anonymous)

    def test_a_bad_header_is_never_anonymous(self) -> None:
        refresh = issue_pair("lUpa", HASH, self.key, NOW).refresh_token
        for header, kind, http in (
            ("", AuthorizationMalformedError, 400),
            ("Bearer", AuthorizationMalformedError, 400),
            ("Basic bFVwYQ==", AuthorizationSchemeError, 401),
            (self.header + "\0", AuthorizationMalformedError, 400),
            (b"Bearer \xff", AuthorizationMalformedError, 400),
            (f"{self.header}, {self.header}", AuthorizationMalformedError, 400),
            (f"Bearer {refresh}", TokenTypeWrongError, 401),
            ("Bearer " + "a" * 2**20, TokenTooLongError, 401),
        ):
            error = self.refused(kind, self.authenticate, header, Auth.OPTIONAL)
            self.assertEqual(error.http_status, http, header[:40])
        error = self.refused(AuthorizationMissingError, self.authenticate, None, Auth.REQUIRED)
        self.assertEqual(error.www_authenticate("api"), 'Bearer realm="api"')

    def test_any_systems_token(self) -> None:
        """A token with a sub names a user, unless it says that it is a refresh token (RFC 8725 3.12)."""
        want = Validation(TokenType.JWT, issuer="plant-7")
        members = {"iss": "plant-7"}

        def who(token: str) -> Identity:
            return authenticate(f"Bearer {token}", Auth.OPTIONAL, self.key, want, NOW)

        claims = who(sign_jwt("device-42", self.key, NOW, 60, members)).claims
        assert claims is not None
        self.assertEqual((claims.sub, claims.get("iss")), ("device-42", "plant-7"))
        self.refused(IssuerWrongError, who, sign_jwt("u", self.key, NOW, 60, {"iss": "plant-8"}))
        self.refused(TokenTypeWrongError, who, sign_refresh("u", HASH, self.key, NOW, 60, members))
        nobody = sign_json(json.dumps({"exp": NOW + 60, **members}), self.key)
        self.assertEqual(self.refused(ClaimsMissingError, who, nobody).detail.claims, Claim.SUB)

    def test_the_challenge(self) -> None:
        error = self.refused(ExpiredError, authenticate, self.header, Auth.REQUIRED, self.key, ACCESS, NOW * 2)
        self.assertEqual(
            error.www_authenticate("api"),
            'Bearer realm="api", error="invalid_token", error_description="the token has expired"',
        )
        self.refused(RealmInvalidError, error.www_authenticate, 'a"b')

    def test_a_fault_of_the_server_has_no_challenge(self) -> None:
        self.key.close()
        error = self.refused(NotReadyError, self.authenticate, self.header, Auth.REQUIRED)
        self.assertEqual((error.http_status, error.www_authenticate("api")), (500, None))

    def test_the_bearer_token(self) -> None:
        self.assertEqual(bearer_token(self.header.replace("Bearer", "bearer")), self.header[7:])
        self.refused(AuthorizationMissingError, bearer_token, None)


class Pairs(WithKey):
    def test_login_and_renewal(self) -> None:
        for sub in ("lUpa", "long" * 200, "\n" * 100):
            pair = issue_pair(sub, HASH, self.key, NOW, 60, 600)
            self.assertEqual((pair.access_expires, pair.refresh_expires), (NOW + 60, NOW + 600))
            token = verify_refresh(pair.refresh_token, self.key, now=NOW + 100)
            self.assertEqual(token.sub, sub)
            renewed = token.renew(HASH, self.key)
            self.assertEqual(verify(renewed.access_token, self.key, ACCESS, NOW + 100).sub, sub)
            self.assertEqual(renewed.access_expires, NOW + 3700)
            self.assertEqual(token.confirm(HASH).get("exp"), NOW + 600)

    def test_every_length_of_subject(self) -> None:
        for length in range(1, 400):
            pair = issue_pair("s" * length, HASH, self.key, NOW)
            self.assertEqual(verify_refresh(pair.refresh_token, self.key, now=NOW).sub, "s" * length)

    def claims(self, pair: Pair, now: int = NOW) -> tuple[dict[str, Any], dict[str, Any]]:
        """The members of both tokens, without the five standard members."""
        access = verify(pair.access_token, self.key, ACCESS, now)
        refresh = verify(pair.refresh_token, self.key, Validation(TokenType.REFRESH), now)
        standard = {"token_type", "sub", "exp", "nbf", "state_hash"}
        said = [json.loads(claims.json) for claims in (access, refresh)]
        return tuple({n: v for n, v in s.items() if n not in standard} for s in said)  # type: ignore[return-value]

    def test_members(self) -> None:
        scopes, family = {"scope": ["read"]}, {"family": "é\0"}
        self.assertEqual(self.claims(issue_pair("u", HASH, self.key, NOW)), ({}, {}))
        pair = issue_pair("u", HASH, self.key, NOW, access_members=scopes, refresh_members=family)
        self.assertEqual(self.claims(pair), (scopes, family))
        token = verify_refresh(pair.refresh_token, self.key, now=NOW)
        # The members of the refresh token are carried over, unless both are given.
        self.assertEqual(self.claims(token.renew(HASH, self.key)), (family, family))
        for access, refresh in ((scopes, {}), ({}, scopes), ({}, {})):
            renewed = token.renew(HASH, self.key, access_members=access, refresh_members=refresh)
            self.assertEqual(self.claims(renewed), (access, refresh))
        # Otherwise the other token would lose its members in silence.
        self.refused(OptionError, lambda: token.renew(HASH, self.key, access_members=scopes))
        self.refused(OptionError, lambda: token.renew(HASH, self.key, refresh_members={}))

    def test_hostile_members(self) -> None:
        token = verify_refresh(issue_pair("u", HASH, self.key, NOW).refresh_token, self.key, now=NOW)
        for members, kind in (
            ({"sub": "root"}, MemberReservedError),
            ({"state_hash": ""}, MemberReservedError),
            ({"n": float("inf")}, JsonToSignError),
            ({"s": "\ud800"}, NotUtf8Error),
        ):
            for which in ("access_members", "refresh_members"):
                given: Any = {"access_members": {}, "refresh_members": {}, which: members}
                self.refused(kind, lambda: issue_pair("u", HASH, self.key, NOW, **given))
                self.refused(kind, lambda: token.renew(HASH, self.key, **given))

    def test_members_of_every_length(self) -> None:
        """Buffers grow to the size that the longer token needs."""
        for length in (*range(200, 400), 5800):
            long = {"m": "x" * length}
            for access, refresh in ((long, {}), ({}, long), (long, long)):
                pair = issue_pair("u", HASH, self.key, NOW, 60, 60, access, refresh)
                self.assertEqual(self.claims(pair), (access, refresh))
            token = verify_refresh(pair.refresh_token, self.key, now=NOW)
            self.assertEqual(self.claims(token.renew(HASH, self.key)), (long, long))

    def test_a_changed_account_must_log_in(self) -> None:
        token = verify_refresh(issue_pair("u", HASH, self.key, NOW).refresh_token, self.key, now=NOW)
        self.refused(StateHashMismatchError, token.renew, bytes(32), self.key)
        self.refused(StateHashMismatchError, token.confirm, bytes(32))
        with self.assertRaises(ValueError):
            token.renew(b"short", self.key)

    def test_an_access_token_does_not_refresh(self) -> None:
        access = issue_pair("u", HASH, self.key, NOW).access_token
        for want in (Validation(TokenType.REFRESH), Validation()):
            self.refused(TokenTypeWrongError, verify_refresh, access, self.key, want, NOW)

    def test_tokens_are_not_printed(self) -> None:
        pair = issue_pair("u", HASH, self.key, NOW)
        shown = repr(pair) + repr(Session(pair).next(NOW)) + repr(Session(pair))
        for token in (pair.access_token, pair.refresh_token):
            self.assertNotIn(token, shown)


class Sessions(WithKey):
    def answer(self, code: int = 0) -> str:
        token = {
            "access_token": "the.access.token",
            "refresh_token": "the.refresh.token",
            "access_expires": "2025-04-26T16:19:38.833494+08:00",
            "refresh_expires": "2025-10-23T15:19:38.833494+08:00",
        }
        return json.dumps({"code": code, "data": {"user": {}, "token": token}, "msg": ""})

    def test_a_day_of_a_client(self) -> None:
        pair = Pair.from_answer(self.answer())
        self.assertEqual((pair.access_expires, pair.refresh_expires), (1_745_655_578, 1_761_203_978))
        session = Session(pair, 60)
        first = session.next(NOW)
        self.assertEqual((first.action, first.token), (Action.USE_ACCESS, "the.access.token"))
        session.accepted()
        later = session.next(pair.access_expires - 60)
        self.assertEqual((later.action, later.token), (Action.REFRESH, "the.refresh.token"))
        session.renewed(issue_pair("lUpa", HASH, self.key, pair.access_expires))
        after = session.next(pair.access_expires)
        assert after.token is not None
        self.assertEqual(verify(after.token, self.key, ACCESS, pair.access_expires).sub, "lUpa")
        self.assertEqual(session.after_401().action, Action.REFRESH)
        last = session.after_401()
        self.assertEqual((last.action, last.token), (Action.LOG_IN, None))

    def test_a_refused_refresh_token(self) -> None:
        session = Session(Pair.from_answer(self.answer()))
        session.refresh_refused()
        self.assertEqual(session.next(1_745_655_578).action, Action.LOG_IN)

    def test_a_refused_renewal_changes_nothing(self) -> None:
        session = Session(Pair.from_answer(self.answer()))
        self.refused(NotReadyError, session.renewed, Pair("", "", 1, 1))
        self.assertEqual(session.next(NOW).token, "the.access.token")

    def test_a_session_is_not_copied(self) -> None:
        session = Session(Pair.from_answer(self.answer()))
        for attempt in (copy.copy, copy.deepcopy, pickle.dumps):
            with self.assertRaisesRegex(TypeError, "a session is not copied"):
                attempt(session)

    def test_refusals(self) -> None:
        error = self.refused(LoginRefusedError, Pair.from_answer, self.answer(40020))
        self.assertEqual(error.detail.code, 40020)
        self.refused(LoginAnswerInvalidError, Pair.from_answer, '{"code":0,"data":{}}')
        for answer in ("", "[]", b"\xff"):
            self.refused(LoginAnswerJsonError, Pair.from_answer, answer)
        self.refused(ClockNotSetError, Session(Pair.from_answer(self.answer())).next, 0)


if __name__ == "__main__":
    unittest.main()
