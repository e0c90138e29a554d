"""PyJWT: pyjwt.py TOKENS_TXT."""

import sys
import time

import jwt

BATCHES = 200
BATCH_NS = 5_000_000

secret, access, refresh, state_hash, everyday, named = open(sys.argv[1]).read().split()[:6]
claims = {"token_type": "access", "sub": "lUpa", "exp": 4000000000, "nbf": 1745651978}
refresh_claims = {**claims, "token_type": "refresh", "state_hash": state_hash}
options = {"require": ["sub", "exp", "nbf"]}


def verify(token, token_type, sub="lUpa"):
    said = jwt.decode(token, secret, algorithms=["HS256"], options=options)
    return said["token_type"] == token_type and said["sub"] == sub


def sign(said):
    return jwt.encode(said, secret, algorithm="HS256")


def batch(runs, run):
    start = time.perf_counter_ns()
    for _ in range(runs):
        assert run()
    return (time.perf_counter_ns() - start) / runs


def measure(operation, run):
    runs = 1
    while batch(runs, run) * runs < BATCH_NS:
        runs *= 2
    took = sorted(batch(runs, run) for _ in range(BATCHES))[BATCHES // 10]
    print("pyjwt", operation, f"{took:.0f}")


def refuses_forged():
    signed, tag = access.rsplit(".", 1)
    try:
        return not verify(f"{signed}.{'B' if tag[0] == 'A' else 'A'}{tag[1:]}", "access")
    except jwt.InvalidSignatureError:
        return True


assert refuses_forged() and not verify(refresh, "access")
assert len(sign(claims)) == len(access) and len(sign(refresh_claims)) == len(refresh)
measure("verify_access", lambda: verify(access, "access"))
measure("verify_refresh", lambda: verify(refresh, "refresh"))
measure("verify_everyday", lambda: verify(everyday, "access", "user-12345678"))
measure("verify_kid_single_key", lambda: verify(named, "access"))
measure("sign_access", lambda: sign(claims))
measure("sign_refresh", lambda: sign(refresh_claims))
