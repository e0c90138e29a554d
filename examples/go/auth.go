package barejwt

// #include "calls.h"
import "C"

import (
	"net/http"
	"strings"
	"time"
)

// Auth is what an API method asks of its caller.
type Auth uint32

const (
	// AuthRequired refuses a call without a valid access token.
	AuthRequired Auth = C.BAREJWT_AUTH_REQUIRED
	// AuthOptional takes a call without the header as anonymous. A bad header is still an error.
	AuthOptional Auth = C.BAREJWT_AUTH_OPTIONAL
	// AuthNone does not look at the header.
	AuthNone Auth = C.BAREJWT_AUTH_NONE
)

// Authenticate gives the claims of the user who makes the request. It gives nil and no error if the
// request is anonymous. Only an access token identifies a caller. With TypeJWT, every token does
// that has a sub and does not say that it is a refresh token.
//
// Errors: ErrAuthorizationMissing, ErrAuthorizationScheme, ErrAuthorizationMalformed, and the errors
// of Verify. Refuse answers all of them.
func Authenticate(request *http.Request, auth Auth, key *Key, want Validation, now time.Time) (*Claims, error) {
	if auth > AuthNone {
		return nil, wrongOption("auth")
	}
	r, err := want.rules()
	if err != nil {
		return nil, err
	}
	k, err := key.hold()
	if err != nil {
		return nil, err
	}
	defer key.release()
	// Several headers are one value with commas (RFC 9110 5.3), which is malformed.
	values := request.Header.Values("Authorization")
	header := strings.Join(values, ", ")
	var hasHeader C.uint32_t
	if len(values) > 0 {
		hasHeader = 1
	}
	scratch := make([]byte, scratchLen(len(header), want.MaxTokenLen))
	found := C.go_authenticate(k, C.uint32_t(auth), hasHeader, header, r.numbers, r.sub, r.issuer, r.audience, r.typ,
		C.int64_t(now.Unix()), first(scratch), C.size_t(len(scratch)))
	if err := failure(found.status, &found.detail); err != nil {
		return nil, err
	}
	if found.identity != C.BAREJWT_IDENTITY_USER {
		return nil, nil
	}
	return newClaims(&found, scratch), nil
}
