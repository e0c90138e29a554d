"""Logs a user in, authorises a request, and answers a refused one."""

import hashlib
import secrets
import time

from barejwt import Auth, ExpiredError, Key, authenticate, issue_pair

with Key(secrets.token_bytes(32)) as key:
    pair = issue_pair("lUpa", hashlib.sha256(b"the account's state").digest(), key)

    header = f"Bearer {pair.access_token}"
    who = authenticate(header, Auth.OPTIONAL, key)
    print("anonymous" if who.claims is None else who.claims.sub)

    try:
        authenticate(header, Auth.REQUIRED, key, now=int(time.time()) + 3600)
    except ExpiredError as error:
        print(error.http_status, error.www_authenticate("api"))
