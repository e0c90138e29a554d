"""barejwt's Python package: barejwt_python.py TOKENS_TXT. It also reads the members, as PyJWT does."""

import barejwt
from timing import SECRET, compare

key = barejwt.Key(SECRET)
rules = {"access": barejwt.Validation(), "refresh": barejwt.Validation(barejwt.TokenType.REFRESH)}


def verify(token, token_type, sub):
    said = barejwt.verify(token, key, rules[token_type])
    return said["token_type"] == token_type and said["sub"] == sub


compare("barejwt_python", verify, lambda said: barejwt.sign(said, key), barejwt.Error)
