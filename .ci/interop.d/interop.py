"""Tokens between barejwt, PyJWT and jose, both ways. Run by .ci/interop: interop.py BAREJWT OURS JOSE_MJS."""

import base64
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import warnings

import jwt

import rules

BAREJWT, OURS, JOSE_MJS = sys.argv[1:]
# PyJWT warns of this key with HS512. Here HS512 must be refused anyway.
warnings.simplefilter("ignore")

STATE_HASH = base64.b64encode(bytes(range(32))).decode()
SUBJECTS = {
    "plain": "lUpa",
    "unicode": "日本語 ✓ é",
    "emoji": "a😀b",
    "quote and backslash": 'q"b\\s/',
    "control characters": "\x01\b\t\n\f\r\x1f\x7f",
}
passed, failed = 0, 0


def check(name, found, expected):
    global passed, failed
    if found == expected:
        passed += 1
        print(f"ok      {name}")
    else:
        failed += 1
        print(f"FAILED  {name}: found {found!r}, expected {expected!r}")


class PyJwt:
    name = "PyJWT"

    def sign(self, claims, key, alg="HS256"):
        return jwt.encode(claims, None if alg == "none" else key, algorithm=alg)

    def verify(self, token, key):
        try:
            return jwt.decode(token, key, algorithms=["HS256"])
        except jwt.InvalidSignatureError:
            return "bad signature"


class Jose:
    name = "jose"

    def ask(self, key, **request):
        request["key"] = base64.b64encode(key).decode()
        run = subprocess.run(["node", JOSE_MJS], input=json.dumps(request), text=True, capture_output=True, check=True)
        return json.loads(run.stdout)

    def sign(self, claims, key, alg="HS256"):
        return self.ask(key, claims=claims, alg=alg)["ok"]

    def verify(self, token, key):
        answer = self.ask(key, verify=token)
        if answer.get("error") == "ERR_JWS_SIGNATURE_VERIFICATION_FAILED":
            return "bad signature"
        return answer.get("ok", answer)


def barejwt(directory, *args, token=""):
    """Returns exit status and standard output. The key is in `directory`, in a file or a database."""
    command = [BAREJWT, *args]
    if os.path.exists(f"{directory}/key"):
        command += ["--key-file", "key"]
    env = {name: value for name, value in os.environ.items() if name != "BAREJWT_KEY"}
    run = subprocess.run(command, input=token, text=True, capture_output=True, cwd=directory, env=env)
    return run.returncode, run.stdout


def verified_by_us(directory, token, token_type):
    status, out = barejwt(directory, "verify", "--type", token_type, "-", token=token)
    return json.loads(out)["claims"] if status == 0 else f"exit status {status}"


def without_times(claims):
    """The claims. The lifetime replaces the times, because barejwt chose the times."""
    if not isinstance(claims, dict):
        return claims
    rest = {name: value for name, value in claims.items() if name not in ("exp", "nbf")}
    return rest | {"lifetime": claims["exp"] - claims["nbf"]}


def claims_of(token_type, sub):
    claims = {"token_type": token_type, "sub": sub}
    if token_type == "refresh":
        claims["state_hash"] = STATE_HASH
    return claims


def ours(directory, key, others, what, sub):
    _, access = barejwt(directory, "token", f"--sub={sub}")
    _, pair = barejwt(directory, "pair", f"--sub={sub}", "--state-hash", STATE_HASH)
    tokens = {"access": (access.strip(), 3600), "refresh": (json.loads(pair)["refresh_token"], 15552000)}
    for other in others:
        for token_type, (token, lifetime) in tokens.items():
            expected = claims_of(token_type, sub) | {"lifetime": lifetime}
            name = f"{other.name} verifies our {token_type} token, {what}"
            check(name, without_times(other.verify(token, key)), expected)


def theirs(directory, key, others, what, sub):
    now = int(time.time())
    for other in others:
        for token_type in ("access", "refresh"):
            claims = claims_of(token_type, sub) | {"exp": now + 600, "nbf": now}
            name = f"we verify {other.name}'s {token_type} token, {what}"
            check(name, verified_by_us(directory, other.sign(claims, key), token_type), claims)


def traded(directory, key, others):
    now = int(time.time())
    for other in others:
        claims = claims_of("refresh", "lUpa") | {"exp": now + 600, "nbf": now}
        token = other.sign(claims, key)
        status, out = barejwt(directory, "refresh", "--state-hash", STATE_HASH, "-", token=token)
        sub = jwt.decode(json.loads(out)["access_token"], key, algorithms=["HS256"])["sub"] if status == 0 else status
        check(f"we trade {other.name}'s refresh token, PyJWT verifies the new access token", sub, "lUpa")


def hostile(directory, key, others):
    now = int(time.time())
    good = claims_of("access", "lUpa") | {"exp": now + 600, "nbf": now}
    wrong_key = bytes(byte ^ 1 for byte in key)
    _, access = barejwt(directory, "token", "--sub", "lUpa")
    for other in others:
        for what, token, status in [
            ("alg none", other.sign(good, key, "none"), 6),
            ("HS512", other.sign(good, key, "HS512"), 6),
            ("wrong key", other.sign(good, wrong_key), 5),
            ("expired", other.sign(good | {"exp": now - 1, "nbf": now - 9}, key), 3),
            ("not valid yet", other.sign(good | {"nbf": now + 300}, key), 4),
            ("refresh as access", other.sign(good | claims_of("refresh", "lUpa"), key), 7),
        ]:
            found = barejwt(directory, "verify", "-", token=token)
            check(f"we refuse {other.name}'s token, {what}: exit status {status}", found, (status, ""))
        found = other.verify(access.strip(), wrong_key)
        check(f"{other.name} refuses our token under another key", found, "bad signature")


def escapes(key):
    """PyJWT escapes as \\uXXXX and jose does not: both forms must have been met."""
    for other, form in ((PyJwt(), "a\\ud83d\\ude00b"), (Jose(), "a😀b")):
        payload = other.sign({"sub": SUBJECTS["emoji"]}, key).split(".")[1]
        text = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()
        check(f"{other.name} writes an emoji as {form}", form in text, True)


def default_database():
    with tempfile.TemporaryDirectory() as directory:
        _, token = barejwt(directory, "token", "--sub", "lUpa")
        with sqlite3.connect(f"{directory}/barejwt.db") as database:
            (key,) = database.execute("SELECT value FROM settings WHERE name = 'secret_key'").fetchone()
        check("the key of the default database has 256 characters", len(key), 256)
        for other in (PyJwt(), Jose()):
            found = without_times(other.verify(token.strip(), key.encode()))
            expected = claims_of("access", "lUpa") | {"lifetime": 3600}
            check(f"{other.name} verifies our token with the key from the default database", found, expected)


def main():
    others = (PyJwt(), Jose())
    for size in (32, 64, 65, 256):
        # The last byte must be no newline, because a newline is not part of the key.
        key = os.urandom(size - 1) + b"\xff"
        with tempfile.TemporaryDirectory() as directory:
            with open(f"{directory}/key", "wb") as file:
                file.write(key)
            for form, sub in SUBJECTS.items():
                what = f"{form} subject, {size}-byte key"
                ours(directory, key, others, what, sub)
                theirs(directory, key, others, what, sub)
            theirs(directory, key, others, f"NUL in the subject, {size}-byte key", "a\0b")
            traded(directory, key, others)
            if size == 256:
                hostile(directory, key, others)
                escapes(key)
    default_database()
    rules.run(check, OURS, *others)
    print(f"interop: {passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
