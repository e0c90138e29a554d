"""The operations of the Python libraries, and their times."""

import sys
import time

BATCHES = 200
BATCH_NS = 5_000_000

SECRET, ACCESS, REFRESH, STATE_HASH, EVERYDAY, NAMED = open(sys.argv[1]).read().split()[:6]
CLAIMS = {"token_type": "access", "sub": "lUpa", "exp": 4000000000, "nbf": 1745651978}
REFRESH_CLAIMS = {**CLAIMS, "token_type": "refresh", "state_hash": STATE_HASH}


def batch(runs, run):
    start = time.perf_counter_ns()
    for _ in range(runs):
        assert run()
    return (time.perf_counter_ns() - start) / runs


def measure(library, operation, run):
    runs = 1
    while batch(runs, run) * runs < BATCH_NS:
        runs *= 2
    took = sorted(batch(runs, run) for _ in range(BATCHES))[BATCHES // 10]
    print(library, operation, f"{took:.0f}")


def refused(error, verify, token):
    try:
        return not verify(token, "access", "lUpa")
    except error:
        return True


def compare(library, verify, sign, error):
    """verify(token, token_type, sub) tells whether the token is good, or raises error."""
    signed, tag = ACCESS.rsplit(".", 1)
    assert refused(error, verify, f"{signed}.{'B' if tag[0] == 'A' else 'A'}{tag[1:]}")
    assert refused(error, verify, REFRESH)
    assert sign(CLAIMS) == ACCESS and len(sign(REFRESH_CLAIMS)) == len(REFRESH)
    measure(library, "verify_access", lambda: verify(ACCESS, "access", "lUpa"))
    measure(library, "verify_refresh", lambda: verify(REFRESH, "refresh", "lUpa"))
    measure(library, "verify_everyday", lambda: verify(EVERYDAY, "access", "user-12345678"))
    measure(library, "verify_kid_single_key", lambda: verify(NAMED, "access", "lUpa"))
    measure(library, "sign_access", lambda: sign(CLAIMS))
    measure(library, "sign_refresh", lambda: sign(REFRESH_CLAIMS))
