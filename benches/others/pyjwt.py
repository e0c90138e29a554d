"""PyJWT: pyjwt.py TOKENS_TXT."""

import jwt
from timing import SECRET, compare

options = {"require": ["sub", "exp", "nbf"]}


def verify(token, token_type, sub):
    said = jwt.decode(token, SECRET, algorithms=["HS256"], options=options)
    return said["token_type"] == token_type and said["sub"] == sub


compare("pyjwt", verify, lambda said: jwt.encode(said, SECRET, algorithm="HS256"), jwt.InvalidTokenError)
