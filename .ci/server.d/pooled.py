"""Tests two servers on one PostgreSQL behind PgBouncer in transaction mode. They share its few connections.
Prints how many checks have passed.

Arguments: the binary `barejwt-server`, the URL of an empty database of that PgBouncer.
"""

import json
import re
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor

BINARY, URL = sys.argv[1:]
EMAIL, PASSWORD = "ada@example.org", "correct horse battery staple"
USERS, REFRESHES, ROTATIONS = 6, 10, 10


def tool(*arguments: str, given: str = "") -> str:
    command = [BINARY, "--database", URL, *arguments]
    return subprocess.run(command, input=given, check=True, stdout=subprocess.PIPE, text=True).stdout


def serve(servers: list[subprocess.Popen]) -> str:
    """Adds the process, and gives the URL."""
    options = ["--listen", "127.0.0.1:0", "--listen-metrics", "127.0.0.1:0"]
    options += ["--limit-account", "1000", "--limit-address", "1000", "--log", "warn"]
    process = subprocess.Popen([BINARY, "--database", URL, "serve", *options], stdout=subprocess.PIPE, text=True)
    servers.append(process)
    return re.search(r"http://[0-9.:]+", process.stdout.readline())[0]


def call(url: str, path: str, body: dict) -> dict:
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/api/v4/{path}", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        envelope = json.load(answer)
    if envelope["code"] != 0:
        raise SystemExit(f"pooled: {path}: {envelope}")
    return envelope["data"]


def session(urls: list[str]) -> int:
    """A login, and refreshes by one server after the other."""
    token = call(urls[0], "session/token", {"email": EMAIL, "password": PASSWORD})["token"]
    for number in range(REFRESHES):
        token = call(urls[number % 2], "session/token/refresh", {"refresh_token": token["refresh_token"]})
    return 1 + REFRESHES


def main() -> None:
    tool("user", "add", EMAIL, given=PASSWORD)
    servers = []
    try:
        urls = [serve(servers), serve(servers)]
        with ThreadPoolExecutor(USERS + ROTATIONS) as pool:
            sessions = [pool.submit(session, urls) for _ in range(USERS)]
            rotations = [pool.submit(tool, "key", "rotate") for _ in range(ROTATIONS)]
            done = sum(each.result() for each in sessions) + len({each.result() for each in rotations})
    finally:
        for process in servers:
            process.terminate()
        ended = [process.wait() for process in servers]
    if ended != [0, 0] or done != USERS * (1 + REFRESHES) + ROTATIONS:
        raise SystemExit(f"pooled: {ended} {done}")
    print(done)


main()
