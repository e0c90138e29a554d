"""iss, aud and iat: the same tokens under the same rules, by barejwt, PyJWT and jose."""

import base64
import json
import os
import subprocess
import time

import jwt

LIFETIME = 600
ISSUER = {"issuer": "https://auth.example.com"}
AUDIENCE = {"audience": "api"}
AGE = {"max_age": 60}
ALL = {"issuer": "plant-7", "audience": "api", "max_age": 60, "leeway": 30, "require": ["jti", "sub"]}
EVERYTHING = {"iss": "plant-7", "aud": ["web", "api"], "jti": "1"}

LEFT_OUT = object()
# Refusals as they are named by us, PyJWT and jose.
NO_ISS = ("ClaimsMissing", "MissingRequiredClaimError", "iss missing")
WRONG_ISS = ("IssuerWrong", "InvalidIssuerError", "iss check_failed")
ISS_TYPE = ("ClaimType", "InvalidIssuerError", "iss check_failed")
NO_AUD = ("ClaimsMissing", "MissingRequiredClaimError", "aud missing")
WRONG_AUD = ("AudienceWrong", "InvalidAudienceError", "aud check_failed")
AUD_TYPE = ("ClaimType", "InvalidAudienceError", "aud check_failed")
NO_IAT = ("ClaimsMissing", "MissingRequiredClaimError", "iat missing")
IAT_AHEAD = ("IssuedInFuture", "ImmatureSignatureError", "iat check_failed")
GOOD = ("ok", "ok", "ok")

# Of each: the claims beside sub, iat and exp (a number in iat counts from now), the rules, and the
# verdicts: ours, PyJWT's, jose's. PyJWT reads the clock, so nothing that it judges is near an edge.
AGREED = [
    # RFC 7519 4.1.1.
    ("iss as asked", {"iss": "https://auth.example.com"}, ISSUER, *GOOD),
    ("iss of another", {"iss": "https://auth.example.org"}, ISSUER, *WRONG_ISS),
    ("iss in other letters", {"iss": "https://AUTH.example.com"}, ISSUER, *WRONG_ISS),
    ("iss with a slash more", {"iss": "https://auth.example.com/"}, ISSUER, *WRONG_ISS),
    ("iss empty", {"iss": ""}, ISSUER, *WRONG_ISS),
    ("no iss", {}, ISSUER, *NO_ISS),
    ("iss a number", {"iss": 7}, ISSUER, *ISS_TYPE),
    ("iss null", {"iss": None}, ISSUER, *ISS_TYPE),
    ("iss an array that has it", {"iss": ["https://auth.example.com"]}, ISSUER, *ISS_TYPE),
    ("iss with an accent, by PyJWT as an escape", {"iss": "usine-é"}, {"issuer": "usine-é"}, *GOOD),
    ("iss with a quote and a backslash", {"iss": 'q"\\'}, {"issuer": 'q"\\'}, *GOOD),
    ("iss that nobody asked for", {"iss": "anybody"}, {}, *GOOD),
    # RFC 7519 4.1.3.
    ("aud as asked", {"aud": "api"}, AUDIENCE, *GOOD),
    ("aud an array of it", {"aud": ["api"]}, AUDIENCE, *GOOD),
    ("aud an array that has it", {"aud": ["web", "api"]}, AUDIENCE, *GOOD),
    ("aud of another", {"aud": "web"}, AUDIENCE, *WRONG_AUD),
    ("aud that begins with it", {"aud": "api2"}, AUDIENCE, *WRONG_AUD),
    ("aud an array without it", {"aud": ["web", "app", "API"]}, AUDIENCE, *WRONG_AUD),
    ("no aud", {}, AUDIENCE, *NO_AUD),
    ("aud a number", {"aud": 7}, AUDIENCE, *AUD_TYPE),
    ("aud an object", {"aud": {"api": 1}}, AUDIENCE, *AUD_TYPE),
    ("aud an array of arrays", {"aud": [["api"]]}, AUDIENCE, *AUD_TYPE),
    ("aud ignored", {"aud": 7}, {"ignore_audience": True}, *GOOD),
    # RFC 7519 4.1.6.
    ("iat now", {"iat": 0}, AGE, *GOOD),
    ("iat as old as allowed", {"iat": -60}, AGE, *GOOD),
    ("iat a second older, with leeway", {"iat": -61}, AGE | {"leeway": 1}, *GOOD),
    ("iat in a minute", {"iat": 60}, AGE, *IAT_AHEAD),
    ("iat in a minute, with leeway", {"iat": 60}, AGE | {"leeway": 90}, *GOOD),
    ("iat in two minutes, with leeway", {"iat": 120}, AGE | {"leeway": 90}, *IAT_AHEAD),
    ("iat required", {"iat": LEFT_OUT}, {"require": ["iat"]}, *NO_IAT),
    # All of them, and claims that are only required.
    ("everything", EVERYTHING, ALL, *GOOD),
    ("everything but jti", EVERYTHING | {"jti": LEFT_OUT}, ALL,
     "ClaimsMissing", "MissingRequiredClaimError", "jti missing"),
    ("iss required", {}, {"require": ["iss"]}, *NO_ISS),
    ("aud required", {}, {"require": ["aud"]}, *NO_AUD),
]
DIFFERENT = [
    # All refuse it. PyJWT takes an empty array for an absent aud.
    ("aud an empty array", {"aud": []}, AUDIENCE, "AudienceWrong", "MissingRequiredClaimError", "aud check_failed"),
    # An array aud may have only strings (RFC 7519 4.1.3). jose only looks for the expected string.
    ("aud an array with a number too", {"aud": ["api", 7]}, AUDIENCE, "ClaimType", "InvalidAudienceError", "ok"),
    # A verifier that aud does not name must refuse the token (RFC 7519 4.1.3). jose accepts it.
    ("aud that nobody asked for", {"aud": "api"}, {}, "AudienceUnexpected", "InvalidAudienceError", "ok"),
    # PyJWT cannot check an age.
    ("iat a second too old", {"iat": -61}, AGE, "TooOld", "ok", "iat check_failed"),
    ("iat too old, with leeway", {"iat": -62}, AGE | {"leeway": 1}, "TooOld", "ok", "iat check_failed"),
    ("no iat", {"iat": LEFT_OUT}, AGE, "ClaimsMissing", "ok", "iat missing"),
    # We round an iat up to whole seconds, PyJWT down, jose not at all.
    ("iat half a second ahead", {"iat": 40.5}, AGE | {"leeway": 40}, "IssuedInFuture", "ok", "iat check_failed"),
    ("iat half a second too old", {"iat": -60.5}, AGE, "ok", "ok", "iat check_failed"),
    # PyJWT takes a text of digits for a number.
    ("iat a text of digits", {"iat": "1"}, AGE, "ClaimType", "ok", "iat invalid"),
    ("iat a text", {"iat": "now"}, AGE, "ClaimType", "InvalidIssuedAtError", "iat invalid"),
    # For us an iat without a rule is a member like any other.
    ("iat ahead that nobody asked for", {"iat": 120}, {}, "ok", "ImmatureSignatureError", "ok"),
    ("iat a text that nobody asked for", {"iat": "now"}, {}, "ok", "InvalidIssuedAtError", "iat invalid"),
    # jose does not look at its type.
    ("jti a number", {"jti": 7}, {"require": ["jti"]}, "ClaimType", "InvalidJTIError", "ok"),
]


class Ours:
    """The program in ours/, as PyJwt and Jose of interop.py are theirs."""

    name = "barejwt"

    def __init__(self, program):
        self.program = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, key, **request):
        request["key"] = base64.b64encode(key).decode()
        self.program.stdin.write(json.dumps(request) + "\n")
        self.program.stdin.flush()
        return json.loads(self.program.stdout.readline())

    def sign(self, claims, key):
        return self.ask(key, claims=claims)["ok"]

    def judge(self, token, key, rules, now):
        return self.ask(key, verify=token, rules=rules, now=now)


def judged_by_pyjwt(token, key, rules):
    options = {"require": ["exp", *rules.get("require", [])], "verify_aud": "ignore_audience" not in rules}
    more = {name: rules[name] for name in ("issuer", "audience", "leeway") if name in rules}
    try:
        return {"ok": jwt.decode(token, key, algorithms=["HS256"], options=options, **more)}
    except jwt.InvalidTokenError as error:
        return {"error": type(error).__name__}


def judged_by_jose(jose, token, key, rules, now):
    names = {"issuer": "issuer", "audience": "audience", "max_age": "maxTokenAge", "leeway": "clockTolerance"}
    theirs = {names[name]: value for name, value in rules.items() if name in names}
    theirs["requiredClaims"] = ["exp", *rules.get("require", [])]
    answer = jose.ask(key, verify=token, rules=theirs, now=now)
    return answer if "ok" in answer else {"error": f"{answer['claim']} {answer['reason']}"}


def claims_of(changes, now):
    claims = {"sub": "jane", "iat": 0, "exp": now + LIFETIME} | changes
    if isinstance(claims["iat"], (int, float)):
        claims["iat"] += now
    return {name: value for name, value in claims.items() if value is not LEFT_OUT}


def run(check, program, pyjwt, jose):
    """Each signs the claims of each case, and each judges what each has signed."""
    ours, key = Ours(program), os.urandom(32)
    for what, changes, rules, *verdicts in AGREED + DIFFERENT:
        now = int(time.time())
        claims = claims_of(changes, now)
        signers = [ours, jose]
        # PyJWT signs no iss of another type.
        if isinstance(claims.get("iss", ""), str):
            signers.append(pyjwt)
        for signer in signers:
            token = signer.sign(claims, key)
            judged = [
                ("we", ours.judge(token, key, rules, now)),
                ("PyJWT", judged_by_pyjwt(token, key, rules)),
                ("jose", judged_by_jose(jose, token, key, rules, now)),
            ]
            for (judge, found), verdict in zip(judged, verdicts):
                expected = {"ok": claims} if verdict == "ok" else {"error": verdict}
                check(f"{judge}, {signer.name}'s token, {what}: {verdict}", found, expected)
