"""Runs two servers on one database, with logins, refreshes and rotations without pause. Every 20 s it kills a
server with SIGKILL and starts it again. Prints what has happened. Fails if a chain was lost or a server took
too much memory.

Arguments: the binary `barejwt-server`, the database, how many seconds.
"""

import json
import random
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from http.client import HTTPException

BINARY, DATABASE, SECONDS = sys.argv[1], sys.argv[2], float(sys.argv[3])
PASSWORD = "correct horse battery staple"
CLIENTS, ROTATE_EVERY, KILL_EVERY = 8, 5, 20
REFRESHES_OF_A_LOGIN = 40
MOST_BYTES = 64_000_000

counts: Counter[str] = Counter()
end = time.monotonic() + SECONDS
failures: list[str] = []


def tool(*arguments: str, given: str = "") -> str:
    command = [BINARY, "--database", DATABASE, *arguments]
    return subprocess.run(command, input=given, check=True, stdout=subprocess.PIPE, text=True).stdout


class Server:
    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        options = ["--listen", "127.0.0.1:0", "--listen-metrics", "127.0.0.1:0", "--log", "off"]
        options += ["--limit-account", "1000000", "--limit-address", "1000000"]
        command = [BINARY, "--database", DATABASE, "serve", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.url = re.search(r"http://[0-9.:]+", self.process.stdout.readline())[0]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.start()

    def peak(self) -> int:
        """The most memory that the process has had, by the kernel."""
        with open(f"/proc/{self.process.pid}/status") as status:
            found = re.search(r"VmHWM:\s+(\d+) kB", status.read())
        return int(found[1]) * 1024 if found else 0


def call(server: Server, path: str, body: dict) -> dict | None:
    """The envelope; None if the server was killed before it had answered."""
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{server.url}/api/v4/{path}", json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        failures.append(f"{path}: HTTP {error.code}")
    except (OSError, HTTPException, ValueError):
        counts["answers lost to a kill"] += 1
    return None


def client(servers: list[Server], email: str) -> None:
    while time.monotonic() < end:
        answer = call(random.choice(servers), "session/token", {"email": email, "password": PASSWORD})
        if answer is None:
            continue
        if answer["code"] != 0:
            failures.append(f"login: {answer}")
            return
        counts["logins"] += 1
        follow(servers, answer["data"]["token"]["refresh_token"])


def follow(servers: list[Server], token: str) -> None:
    """Refreshes one chain. Only a token whose answer was lost may be refused: it may have been used."""
    was_lost = False
    for _ in range(REFRESHES_OF_A_LOGIN):
        if time.monotonic() > end:
            return
        answer = call(random.choice(servers), "session/token/refresh", {"refresh_token": token})
        if answer is None:
            was_lost = True
        elif answer["code"] == 0:
            counts["refreshes"] += 1
            token, was_lost = answer["data"]["refresh_token"], False
        else:
            if was_lost:
                counts["chains ended by a lost answer"] += 1
            else:
                failures.append(f"a chain was lost: {answer}")
            return


def operate(servers: list[Server]) -> int:
    """Rotates, kills and watches; gives the most memory that a server had."""
    start, most = time.monotonic(), 0
    while time.monotonic() < end:
        time.sleep(1)
        most = max([most, *(server.peak() for server in servers)])
        passed = time.monotonic() - start
        if passed > (counts["rotations"] + 1) * ROTATE_EVERY:
            tool("key", "rotate")
            counts["rotations"] += 1
        if passed > (counts["kills"] + 1) * KILL_EVERY:
            victim = random.choice(servers)
            most = max(most, victim.peak())
            victim.kill()
            counts["kills"] += 1
    return most


def main() -> None:
    emails = [f"user{number}@example.org" for number in range(CLIENTS)]
    servers = [Server(), Server()]
    for email in emails:
        tool("user", "add", email, given=PASSWORD)
    threads = [threading.Thread(target=client, args=(servers, email)) for email in emails]
    for thread in threads:
        thread.start()
    try:
        most = operate(servers)
    finally:
        for thread in threads:
            thread.join()
        for server in servers:
            server.process.terminate()
        ended = [server.process.wait() for server in servers]
    figures = ", ".join(f"{count:,} {what}" for what, count in sorted(counts.items()))
    print(f"{SECONDS:.0f} s: {figures}, at most {most / 1e6:.0f} MB")
    if most > MOST_BYTES:
        failures.append(f"{most} bytes of memory")
    if min(counts["logins"], counts["refreshes"], counts["rotations"], counts["kills"]) == 0:
        failures.append("something was not done at all")
    if failures or ended != [0, 0]:
        raise SystemExit(f"soak: {ended} {len(failures)} failures, first {failures[:3]}")


main()
