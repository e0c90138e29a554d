"""The first use of `barejwt-server serve` on a pseudo-terminal: prints how many checks have passed.

Arguments: the binary `barejwt-server`, and optionally a `postgres://` URL with a password. Runs in an empty
directory, pastes what the server prints into a shell, types the password, and ends with Ctrl-C.
"""

import json
import os
import pty
import re
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from urllib.parse import urlsplit

PASSWORD = "correct horse battery staple"
SERVER, *URL = sys.argv[1:]
DATABASE = ["--database", *URL] if URL else []
FILES = [] if URL else ["barejwt.db"]
checks = 0


def check(holds: bool, what: str) -> None:
    global checks
    if not holds:
        raise SystemExit(f"first use: {what}")
    checks += 1


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, *command: str) -> None:
        self.shown = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvp(command[0], command)

    def wait_for(self, text: str, seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while text not in self.shown:
            ready, _, _ = select.select([self.fd], [], [], end - time.monotonic())
            if not ready or not self._read():
                raise SystemExit(f"first use: {text!r} did not come: {self.shown!r}")

    def _read(self) -> bool:
        try:
            data = os.read(self.fd, 4096)
        except OSError:  # The program has closed its side.
            return False
        self.shown += data.decode()
        return bool(data)

    def type(self, text: str) -> None:
        # The prompt comes just before the echo is turned off; no person is as fast as this.
        time.sleep(0.3)
        os.write(self.fd, text.encode())

    def end(self) -> int:
        while self._read():
            pass
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)


def shell(line: str) -> str:
    done = subprocess.run(["sh", "-c", line], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    check(done.returncode == 0 and done.stderr == "", f"{line}: {done.stderr}")
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def use() -> None:
    # The default ports may be taken on a developer's machine; nothing else is not the default.
    ports = [f"127.0.0.1:{free_port()}" for _ in range(2)]
    server = Terminal(SERVER, *DATABASE, "serve", "--listen", ports[0], "--listen-metrics", ports[1])
    server.wait_for("Ctrl-C stops the server.")
    check(set(FILES) == {"barejwt.db"} & set(os.listdir()), f"files: {os.listdir()}")
    for file in FILES:
        check(os.stat(file).st_mode & 0o777 == 0o600, "the database is not private")
    for url in URL:
        check(urlsplit(url).password not in server.shown, "the database's password is printed")
        check("PGPASSWORD" in server.shown, "it is not said where the database's password goes")
        os.environ["PGPASSWORD"] = urlsplit(url).password
    lines = [line.strip() for line in server.shown.splitlines() if line.startswith("  ")]
    add, *curls = lines
    check(add.endswith(" user add ada@example.org") and len(curls) == 3, f"printed: {lines}")
    check(f"'{PASSWORD}'" in server.shown, "the password to use is not printed")

    # Another terminal is somewhere else, and does not know the program.
    user = Terminal("env", "--chdir=/", "PATH=/usr/bin:/bin", "sh", "-c", add)
    user.wait_for("Password: ")
    user.type(PASSWORD + "\n")
    user.wait_for("The same again: ")
    user.type(PASSWORD + "\n")
    check(user.end() == 0, f"user add: {user.shown}")
    check("horse" not in user.shown, "the password was echoed")
    public_id = user.shown.split()[-1]
    check(re.fullmatch("[0-9A-Za-z]{10}", public_id) is not None, f"no id: {user.shown}")

    different = Terminal(SERVER, *DATABASE, "user", "add", "bob@example.org")
    different.wait_for("Password: ")
    different.type(PASSWORD + "\n")
    different.wait_for("The same again: ")
    different.type(PASSWORD + "!\n")
    check(different.end() == 1, "two different passwords were taken")
    check("the two passwords differ" in different.shown, different.shown)

    # Ctrl-C at either prompt ends it, and the terminal echoes again.
    for prompts in (["Password: "], ["Password: ", "The same again: "]):
        then = '"$@"; echo "status $?"; stty -a'
        stopped = Terminal("sh", "-c", then, "sh", SERVER, *DATABASE, "user", "add", "eve@example.org")
        for number, prompt in enumerate(prompts, start=1):
            stopped.wait_for(prompt)
            stopped.type("\x03" if number == len(prompts) else PASSWORD + "\n")
        check(stopped.end() == 0 and "status 130" in stopped.shown, f"Ctrl-C: {stopped.shown}")
        check("echo" in stopped.shown.split(), f"Ctrl-C leaves the echo off: {stopped.shown}")

    # What was there before, and for all to read.
    with open("login.json", "w"):
        os.chmod("login.json", 0o644)
    ping, login, me = (shell(line) for line in curls)
    check(os.stat("login.json").st_mode & 0o777 == 0o600, "the tokens are not private")
    check(json.loads(ping)["code"] == 0, ping)
    check(login == "", login)
    answer = json.loads(me)
    check((answer["code"], answer["data"]["id"]) == (0, public_id), me)

    server.type("\x03")
    start = time.monotonic()
    check(server.end() == 0, f"Ctrl-C: {server.shown}")
    check(time.monotonic() - start < 3, "Ctrl-C took three seconds")
    check(sorted(os.listdir()) == [*FILES, "login.json"], f"left behind: {os.listdir()}")


home = tempfile.mkdtemp()
try:
    os.chdir(home)
    use()
finally:
    os.chdir("/")
    shutil.rmtree(home)
print(checks)
