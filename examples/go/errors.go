package barejwt

// #include <barejwt.h>
import "C"

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// Status names the check that failed. errors.Is can compare an error with each Status.
// include/barejwt.h says what each Status means.
type Status int32

// The statuses, by their names in include/barejwt.h.
const (
	ErrKeyTooShort            Status = C.BAREJWT_E_KEY_TOO_SHORT
	ErrKIDInvalid             Status = C.BAREJWT_E_KID_INVALID
	ErrKIDDuplicate           Status = C.BAREJWT_E_KID_DUPLICATE
	ErrKIDUnknown             Status = C.BAREJWT_E_KID_UNKNOWN
	ErrKIDMissing             Status = C.BAREJWT_E_KID_MISSING
	ErrKIDNotString           Status = C.BAREJWT_E_KID_NOT_STRING
	ErrKIDNotInKeyring        Status = C.BAREJWT_E_KID_NOT_IN_KEYRING
	ErrKeyBlank               Status = C.BAREJWT_E_KEY_BLANK
	ErrOutputTooSmall         Status = C.BAREJWT_E_OUTPUT_TOO_SMALL
	ErrScratchTooSmall        Status = C.BAREJWT_E_SCRATCH_TOO_SMALL
	ErrTokenTooLong           Status = C.BAREJWT_E_TOKEN_TOO_LONG
	ErrSegmentCount           Status = C.BAREJWT_E_SEGMENT_COUNT
	ErrHeaderTooLong          Status = C.BAREJWT_E_HEADER_TOO_LONG
	ErrBase64                 Status = C.BAREJWT_E_BASE64
	ErrJSON                   Status = C.BAREJWT_E_JSON
	ErrAlgMissing             Status = C.BAREJWT_E_ALG_MISSING
	ErrAlgNotHS256            Status = C.BAREJWT_E_ALG_NOT_HS256
	ErrCritUnsupported        Status = C.BAREJWT_E_CRIT_UNSUPPORTED
	ErrTypWrong               Status = C.BAREJWT_E_TYP_WRONG
	ErrSignatureInvalid       Status = C.BAREJWT_E_SIGNATURE_INVALID
	ErrNestedToken            Status = C.BAREJWT_E_NESTED_TOKEN
	ErrClaimsMissing          Status = C.BAREJWT_E_CLAIMS_MISSING
	ErrClaimType              Status = C.BAREJWT_E_CLAIM_TYPE
	ErrNumericDateRange       Status = C.BAREJWT_E_NUMERIC_DATE_RANGE
	ErrTokenTypeUnknown       Status = C.BAREJWT_E_TOKEN_TYPE_UNKNOWN
	ErrTokenTypeWrong         Status = C.BAREJWT_E_TOKEN_TYPE_WRONG
	ErrSubjectEmpty           Status = C.BAREJWT_E_SUBJECT_EMPTY
	ErrSubjectWrong           Status = C.BAREJWT_E_SUBJECT_WRONG
	ErrAudienceUnexpected     Status = C.BAREJWT_E_AUDIENCE_UNEXPECTED
	ErrExpired                Status = C.BAREJWT_E_EXPIRED
	ErrNotYetValid            Status = C.BAREJWT_E_NOT_YET_VALID
	ErrClockNotSet            Status = C.BAREJWT_E_CLOCK_NOT_SET
	ErrLifetimeZero           Status = C.BAREJWT_E_LIFETIME_ZERO
	ErrTimeOverflow           Status = C.BAREJWT_E_TIME_OVERFLOW
	ErrStateHashMalformed     Status = C.BAREJWT_E_STATE_HASH_MALFORMED
	ErrStateHashMismatch      Status = C.BAREJWT_E_STATE_HASH_MISMATCH
	ErrIssuerWrong            Status = C.BAREJWT_E_ISSUER_WRONG
	ErrAudienceWrong          Status = C.BAREJWT_E_AUDIENCE_WRONG
	ErrIssuedInFuture         Status = C.BAREJWT_E_ISSUED_IN_FUTURE
	ErrTooOld                 Status = C.BAREJWT_E_TOO_OLD
	ErrMemberReserved         Status = C.BAREJWT_E_MEMBER_RESERVED
	ErrClaimAbsent            Status = C.BAREJWT_E_CLAIM_ABSENT
	ErrJSONToSign             Status = C.BAREJWT_E_JSON_TO_SIGN
	ErrAuthorizationMissing   Status = C.BAREJWT_E_AUTHORIZATION_MISSING
	ErrAuthorizationScheme    Status = C.BAREJWT_E_AUTHORIZATION_SCHEME
	ErrAuthorizationMalformed Status = C.BAREJWT_E_AUTHORIZATION_MALFORMED
	ErrRealmInvalid           Status = C.BAREJWT_E_REALM_INVALID
	ErrNoChallenge            Status = C.BAREJWT_E_NO_CHALLENGE
	ErrLoginAnswerInvalid     Status = C.BAREJWT_E_LOGIN_ANSWER_INVALID
	ErrLoginRefused           Status = C.BAREJWT_E_LOGIN_REFUSED
	ErrLoginAnswerJSON        Status = C.BAREJWT_E_LOGIN_ANSWER_JSON
	ErrNull                   Status = C.BAREJWT_E_NULL
	ErrLength                 Status = C.BAREJWT_E_LENGTH
	ErrMisaligned             Status = C.BAREJWT_E_MISALIGNED
	ErrOverlap                Status = C.BAREJWT_E_OVERLAP
	ErrNotUTF8                Status = C.BAREJWT_E_NOT_UTF8
	ErrNotReady               Status = C.BAREJWT_E_NOT_READY
	ErrStructSize             Status = C.BAREJWT_E_STRUCT_SIZE
	ErrOption                 Status = C.BAREJWT_E_OPTION
	ErrKeyringFull            Status = C.BAREJWT_E_KEYRING_FULL
	ErrScratchChanged         Status = C.BAREJWT_E_SCRATCH_CHANGED
	ErrKeyringEmpty           Status = C.BAREJWT_E_KEYRING_EMPTY
)

// Error gives one line of English.
func (s Status) Error() string {
	return C.GoString(C.barejwt_strerror(C.barejwt_status(s)))
}

// ClaimSet is a set of registered claims.
type ClaimSet uint32

// The registered claims.
const (
	ClaimTokenType ClaimSet = C.BAREJWT_CLAIM_TOKEN_TYPE
	ClaimSub       ClaimSet = C.BAREJWT_CLAIM_SUB
	ClaimExp       ClaimSet = C.BAREJWT_CLAIM_EXP
	ClaimNbf       ClaimSet = C.BAREJWT_CLAIM_NBF
	ClaimStateHash ClaimSet = C.BAREJWT_CLAIM_STATE_HASH
	ClaimIss       ClaimSet = C.BAREJWT_CLAIM_ISS
	ClaimAud       ClaimSet = C.BAREJWT_CLAIM_AUD
	ClaimIat       ClaimSet = C.BAREJWT_CLAIM_IAT
	ClaimJti       ClaimSet = C.BAREJWT_CLAIM_JTI
)

// claimNames has the name of each bit.
var claimNames = [...]string{"token_type", "sub", "exp", "nbf", "state_hash", "iss", "aud", "iat", "jti"}

// String gives the names of the claims, with blanks between them. Bits without a name follow in hex.
func (s ClaimSet) String() string {
	var names []string
	for bit, name := range claimNames {
		if s&(1<<bit) != 0 {
			names = append(names, name)
		}
	}
	if unknown := s.unknown(); unknown != 0 {
		names = append(names, fmt.Sprintf("%#x", uint32(unknown)))
	}
	return strings.Join(names, " ")
}

// unknown gives the bits that stand for no claim.
func (s ClaimSet) unknown() ClaimSet { return s &^ (1<<len(claimNames) - 1) }

// Error is a refusal and its data. A field that its Status does not use is 0. You may log it.
type Error struct {
	Status Status
	// Time is the token's exp with ErrExpired, its nbf with ErrNotYetValid, and its iat with
	// ErrIssuedInFuture and ErrTooOld. Now is our time. Both are seconds since 1970, because a
	// NumericDate can be beyond every time.Time.
	Time, Now int64
	// Needed is the token's length in bytes, with ErrTokenTooLong.
	Needed uint
	// Claims has every missing claim with ErrClaimsMissing, and the faulty claim with ErrClaimType
	// and ErrNumericDateRange.
	Claims ClaimSet
	// TokenType is the type that the token has, with ErrTokenTypeWrong.
	TokenType TokenType
	// At is the byte offset of the fault in the decoded part, with ErrJSON.
	At uint
	// Code is the code in the server's answer, with ErrLoginRefused.
	Code int64
	// Option is the name of the wrong field or argument, with ErrOption, and "StateHash" with ErrNull for
	// a refresh token without a StateHash.
	Option string
}

// Error gives one line of English.
func (e *Error) Error() string {
	said := "barejwt: " + e.Status.Error()
	if e.Option != "" {
		said += ": " + e.Option
	}
	return said
}

func wrongOption(name string) error { return &Error{Status: ErrOption, Option: name} }

// Unwrap gives the Status, so that errors.Is(err, barejwt.ErrExpired) works.
func (e *Error) Unwrap() error { return e.Status }

// HTTPStatus gives the status of the answer to the request (RFC 6750 3.1): 400, 401, or 500 if the
// fault is the server's.
func (e *Error) HTTPStatus() int { return int(C.barejwt_http_status(C.barejwt_status(e.Status))) }

// Challenge gives the value of the WWW-Authenticate header (RFC 6750 3). Errors: ErrNoChallenge if
// HTTPStatus is 500, and ErrRealmInvalid unless realm is printable ASCII without quotes and
// backslashes.
func (e *Error) Challenge(realm string) (string, error) {
	name, n := chars(realm)
	out := make([]byte, len(realm)+512) // more than BAREJWT_WWW_AUTHENTICATE_MAX
	var length C.size_t
	status := C.barejwt_www_authenticate(C.barejwt_status(e.Status), name, n, first(out), C.size_t(len(out)), &length)
	return string(out[:length]), failure(status, nil)
}

// Refuse answers a request that err has ended. An error of another package is answered by 500.
func Refuse(w http.ResponseWriter, realm string, err error) {
	status := http.StatusInternalServerError
	var refusal *Error
	if errors.As(err, &refusal) {
		if challenge, err := refusal.Challenge(realm); err == nil {
			status = refusal.HTTPStatus()
			w.Header().Set("WWW-Authenticate", challenge)
		}
	}
	http.Error(w, http.StatusText(status), status)
}

// failure gives nil for BAREJWT_OK, and an *Error for every other status.
func failure(status C.barejwt_status, detail *C.barejwt_detail) error {
	if status == C.BAREJWT_OK {
		return nil
	}
	if detail == nil {
		return &Error{Status: Status(status)}
	}
	return &Error{
		Status:    Status(status),
		Time:      int64(detail.time),
		Now:       int64(detail.now),
		Needed:    uint(detail.needed),
		Claims:    ClaimSet(detail.claims),
		TokenType: TokenType(detail.token_type),
		At:        uint(detail.at),
	}
}
