"""Runs schemathesis against the real server.

Arguments: the binary `barejwt-server`, the program `schemathesis`, a directory for reports.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "browser.d"))
from login_server import EMAIL, PASSWORD, LoginServer

BINARY, SCHEMATHESIS, WORK = (Path(argument) for argument in sys.argv[1:])

# These take an HTTP status of 200 for success; the API says success and refusal in the envelope's
# `code`. So there are two runs: one of all other checks, and one of these with each `code` turned into
# a status, which the description then does not fit.
BY_STATUS = "negative_data_rejection,positive_data_acceptance,ignored_auth,missing_required_header"

RUNS = {
    "as they are": ["--exclude-checks", BY_STATUS],
    "translated": ["--checks", BY_STATUS],
}

# Each operation, and codes that must have been seen among its answers.
SEEN = {
    "POST /api/v4/session/token": [0, 40001, 40020],
    "DELETE /api/v4/session/token": [0, 40001, 40020],
    "POST /api/v4/session/token/refresh": [0, 40001, 40020],
    "GET /api/v4/session/prepare": [0],
    "GET /api/v4/site/config/login": [0],
    "GET /api/v4/site/ping": [0],
    "GET /api/v4/user/me": [0, 401],
    "GET /api/v4/user/info/{id}": [0, 404],
    "PUT /api/v4/user/password": [0, 401, 40001, 40020],
}


def explore(server: LoginServer, envelopes: str, checks: list[str]) -> int:
    """Gives how many operations passed."""
    answers = WORK / "answers.json"
    answers.unlink(missing_ok=True)
    command = [SCHEMATHESIS, "run", f"{server.url}/openapi.json", *checks]
    command += ["--header", f"Authorization: Bearer {server.mint('--sub', server.user)}"]
    command += ["--max-examples", "60", "--generation-deterministic", "--continue-on-failure", "--no-color"]
    told = {"URL": server.url, "EMAIL": EMAIL, "PASSWORD": PASSWORD, "ENVELOPES": envelopes}
    told |= {"ANSWERS": str(answers), "SCHEMATHESIS_HOOKS": str(Path(__file__).with_name("hooks.py"))}
    if subprocess.run(command, env=os.environ | told, cwd=WORK).returncode != 0:
        raise SystemExit(f"schemathesis: it found something with the envelopes {envelopes}")
    seen = json.loads(answers.read_text())
    print(json.dumps(seen, indent=1))
    missing = [f"{name} {code}" for name, codes in SEEN.items() for code in codes if f"{name} {code}" not in seen]
    if missing:
        raise SystemExit(f"schemathesis: never answered: {missing}")
    return len(SEEN)


def main() -> None:
    with LoginServer(BINARY, access_ttl=3600) as server:
        passed = sum(explore(server, envelopes, checks) for envelopes, checks in RUNS.items())
    print(f"schemathesis: {passed} passed, 0 failed")


main()
