"""Sends vectors of tests/vectors.txt as Authorization headers to nginx with the module, at the time that
each vector names.

Arguments: an empty directory, the module. Prints how many vectors ran. The module does not sign or renew,
and has no sessions and no types other than access: those vectors are counted as another part's.

Debian: nginx faketime
"""

import base64
import collections
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PREFIX, MODULE = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
HIDDEN = re.compile(rb'[\x00-\x1f\x7f]|^ | $')
Vector = collections.namedtuple("Vector", "name call key now answer input")


def vectors() -> list[Vector]:
    lines = (ROOT / "tests/vectors.txt").read_bytes().splitlines()
    return [Vector(*line.split(b"\t")) for line in lines if not line.startswith(b"#")]


def everyday() -> Vector:
    secret, *_, token = (ROOT / "benches/tokens.txt").read_bytes().splitlines()[:5]
    return Vector(b"the everyday token", b"access", secret.hex().encode(), b"1745651978", b"sub=user-12345678", token)


def key_file(key: bytes) -> bytes:
    """As `barejwt-server key export` writes it."""
    lines = []
    for entry in key.split(b" "):
        kid, _, secret = entry.rpartition(b":")
        encoded = base64.urlsafe_b64encode(bytes.fromhex(secret.decode())).rstrip(b"=")
        lines.append(b"verify " + encoded + (b" " + kid if kid else b""))
    return b"\n".join(lines) + b"\n"


def directive(key: bytes) -> bytes:
    """A single key ignores the kid of a token; several go by it."""
    name = f"{KEYS.index(key)}.key"
    if b":" in key:
        (PREFIX / "conf" / name).write_bytes(key_file(key))
        return f"barejwt_keys {name};".encode()
    (PREFIX / "conf" / name).write_bytes(bytes.fromhex(key.decode()))
    return f"barejwt_key_file {name};".encode()


def configuration(keys: list[bytes], port: int) -> bytes:
    modes = {"none": "off", "required": "required", "optional": "optional"}
    locations = [
        f"location = /{mode}/{KEYS.index(key)} {{ barejwt {value}; ".encode() + directive(key)
        + f" proxy_pass http://127.0.0.1:{port + 1}; }}\n".encode()
        for key in keys for mode, value in modes.items()
    ]
    user = "user root;" if os.geteuid() == 0 else ""
    return f"""load_module {MODULE}; daemon off; master_process off; pid nginx.pid; error_log error.log; {user}
events {{ worker_connections 256; }}
http {{
access_log off; client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
large_client_header_buffers 4 32k; proxy_set_header X-User $barejwt_sub;
server {{ listen 127.0.0.1:{port + 1}; return 200 "$http_x_user"; }}
server {{ listen 127.0.0.1:{port};
""".encode() + b"".join(locations) + b"}}\n"


def nginx(keys: list[bytes], port: int, now: int, *more: str) -> subprocess.Popen:
    (PREFIX / "conf/nginx.conf").write_bytes(configuration(keys, port))
    clock = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(now))
    environment = {**os.environ, "LD_PRELOAD": FAKETIME, "FAKETIME": clock, "TZ": "UTC", "DONT_FAKE_MONOTONIC": "1"}
    command = ["nginx", "-p", f"{PREFIX}/", "-c", "conf/nginx.conf", "-e", "error.log", *more]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("nginx does not listen after 30 s")


def ask(vector: Vector, port: int) -> bytes:
    """The answer in the words of vectors.txt; what HTTP cannot carry is "not a header"."""
    value = vector.input if vector.call != b"access" else b"Bearer " + vector.input
    mode = vector.call if vector.call != b"access" else b"required"
    header = b"" if value == b"(absent)" else b"Authorization: " + value + b"\r\n"
    path = mode + b"/" + str(KEYS.index(vector.key)).encode()
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(b"GET /" + path + b" HTTP/1.1\r\nHost: a\r\n" + header + b"Connection: close\r\n\r\n")
        head, _, body = b"".join(iter(lambda: connection.recv(65536), b"")).partition(b"\r\n\r\n")
    status = int(head.split(b" ")[1])
    if status == 200:
        return b"sub=" + body if body else b"anonymous"
    reason = re.search(rb'error_description="([^"]*)"', head)
    return reason[1] if reason else {400: b"not a header", 401: b"no token", 403: b"hidden sub"}.get(status, b"?")


def allowed(vector: Vector) -> set[bytes]:
    """What nginx may answer: HTTP and RFC 6750 hold a header to more than the core holds a token to."""
    answers = {vector.answer}
    # HTTP itself drops blanks around a value (RFC 9110 5.5).
    if vector.input != vector.input.strip(b" ") and vector.input.strip(b" ").count(b".") == 2:
        return {b"sub=lUpa"}
    if vector.call == b"access" and not re.fullmatch(rb"[A-Za-z0-9._~+/-]+=*", vector.input):
        answers = {b"the Authorization header is not one bearer token", b"not a header"}
    if vector.answer in (b"the Authorization header is missing", b"the Authorization scheme is not Bearer"):
        answers = {b"no token"}
    if vector.answer.startswith(b"sub=") and HIDDEN.search(vector.answer[4:]):
        answers = {b"hidden sub"}
    return answers


shutil.rmtree(PREFIX, ignore_errors=True)
(PREFIX / "conf").mkdir(parents=True)
port = 18000 + os.getpid() % 1000 * 2
mine = [v for v in [*vectors(), everyday()] if v.call in (b"none", b"optional", b"required", b"access")]
KEYS = sorted({v.key for v in mine})
failed = 0


def judge(vector: Vector, answer: bytes, answers: set[bytes]) -> None:
    global failed
    if answer not in answers:
        failed += 1
        print(f"nginx: {vector.name.decode()}: {answer!r} and not {answers}", file=sys.stderr)


# A weak key or a bad keyring is refused before there is anything to ask.
about_keys = [v for v in mine if v.answer.startswith((b"the key is", b"every byte of the secret"))]
for vector in about_keys:
    said = nginx([vector.key], port, 1745651978, "-t").communicate()[0]
    judge(vector, b"refused" if b"[emerg]" in said and vector.answer in said else said, {b"refused"})

by_time = collections.defaultdict(list)
for vector in mine:
    if vector not in about_keys:
        by_time[int(vector.now)].append(vector)
# Beyond 32 bits libfaketime has no clock, and at 0 nginx does not answer at all.
beyond = {now for now in by_time if not 0 < now < 2**31}
for now in sorted(by_time.keys() - beyond):
    server = nginx(sorted({v.key for v in by_time[now]}), port, now)
    wait_for(port)
    for vector in by_time[now]:
        judge(vector, ask(vector, port), allowed(vector))
    server.terminate()
    server.communicate()

ran = len(about_keys) + sum(len(by_time[now]) for now in by_time.keys() - beyond)
print(f"{ran} vectors ran, {failed} failed; {len(mine) - ran} at a time that no clock here shows; "
      f"{len(vectors()) + 1 - len(mine)} are of other calls")
raise SystemExit(failed != 0)
