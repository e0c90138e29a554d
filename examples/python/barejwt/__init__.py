"""HS256 JSON Web Tokens, by libbarejwt. README.md has an example; include/barejwt.h the details."""

from ._abi import version
from .auth import Auth, Identity, authenticate, bearer_token
from .errors import Claim, Detail, Error, JsonProblem, Part, Status, TokenType
from .keys import Key, Keyring, RingKey
from .pairs import Pair, RefreshToken, issue_pair, verify_refresh
from .session import Action, Next, Session
from .tokens import (
    ACCESS_LIFETIME,
    REFRESH_LIFETIME,
    Claims,
    UnverifiedClaims,
    Validation,
    decode_unverified,
    sign_access,
    sign_json,
    sign_jwt,
    sign_refresh,
    verify,
)

__all__ = [
    "ACCESS_LIFETIME",
    "REFRESH_LIFETIME",
    "Action",
    "Auth",
    "Claim",
    "Claims",
    "Detail",
    "Error",
    "Identity",
    "JsonProblem",
    "Key",
    "Keyring",
    "Next",
    "Pair",
    "Part",
    "RefreshToken",
    "RingKey",
    "Session",
    "Status",
    "TokenType",
    "UnverifiedClaims",
    "Validation",
    "authenticate",
    "bearer_token",
    "decode_unverified",
    "issue_pair",
    "sign_access",
    "sign_json",
    "sign_jwt",
    "sign_refresh",
    "verify",
    "verify_refresh",
    "version",
]
