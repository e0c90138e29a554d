"""The real server, with one account, for as long as a `with` block lasts."""

import re
import sqlite3
import subprocess
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Self

EMAIL = "alice@example.com"
PASSWORD = "correct horse battery staple"

# The tests log in more often than a person does.
LIMITS = ["--limit-account", "1000", "--limit-address", "1000"]

RUN = {"check": True, "stdout": subprocess.PIPE, "text": True}


class LoginServer:
    """`access_ttl` in seconds. The server is at `url`; the account's public id is `user`."""

    def __init__(self, binary: Path, access_ttl: int) -> None:
        self.binary = binary
        self.access_ttl = access_ttl

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            directory = stack.enter_context(tempfile.TemporaryDirectory())
            self.database = f"{directory}/test.db"
            Path(self.database).touch(0o600)  # An empty database: `user add` makes none.
            added = subprocess.run(self.command("user", "add", EMAIL), input=PASSWORD, **RUN)
            self.user = added.stdout.strip()
            self.set_access_ttl()
            self.url = self.start(stack)
            self.stack = stack.pop_all()
        return self

    def command(self, *arguments: str) -> list[str | Path]:
        return [self.binary, "--database", self.database, *arguments]

    def mint(self, *arguments: str) -> str:
        """What `barejwt token` prints: the tool stands beside the server."""
        mint = [Path(self.binary).with_name("barejwt"), "token", "--database", self.database]
        return subprocess.run([*mint, *arguments], **RUN).stdout.strip()

    def set_access_ttl(self) -> None:
        with closing(sqlite3.connect(self.database)) as connection, connection:
            rule = "INSERT OR REPLACE INTO settings (name, value) VALUES ('access_token_ttl', ?)"
            connection.execute(rule, [str(self.access_ttl)])

    def start(self, stack: ExitStack) -> str:
        ports = ["--listen", "127.0.0.1:0", "--listen-metrics", "127.0.0.1:0"]
        serve = self.command("serve", *ports, "--log", "error", *LIMITS)
        process = stack.enter_context(subprocess.Popen(serve, stdout=subprocess.PIPE, text=True))
        stack.callback(process.terminate)
        ready = process.stdout.readline()
        found = re.match(r"barejwt-server is ready at (\S+)", ready)
        if not found:
            raise RuntimeError(f"the server said: {ready!r}")
        return found[1]

    def __exit__(self, *raised: object) -> None:
        self.stack.close()
