"""Logs a user in, authorises a request, and answers a refused one."""

import hashlib
import secrets
import time

from barejwt import Auth, Error, Key, Validation, authenticate, issue_pair

with Key(secrets.token_bytes(32)) as key:
    now = int(time.time())
    pair = issue_pair("lUpa", hashlib.sha256(b"the account's state").digest(), key, now)

    header = f"Bearer {pair.access_token}"
    who = authenticate(header, Auth.OPTIONAL, key, Validation(leeway=30), now)
    print("anonymous" if who.claims is None else who.claims.sub)

    try:
        authenticate(header, Auth.REQUIRED, key, Validation(), now + 3600)
    except Error as error:
        print(error.http_status, error.www_authenticate("api"))
