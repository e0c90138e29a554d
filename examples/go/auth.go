package barejwt

// #include "barejwt.h"
import "C"

import (
	"net/http"
	"strings"
	"time"
)

// Auth is what an API method asks of its caller.
type Auth uint32

const (
	// AuthRequired: without a valid access token the call is refused.
	AuthRequired Auth = C.BAREJWT_AUTH_REQUIRED
	// AuthOptional: without the header the call is anonymous; a bad header is an error all the same.
	AuthOptional Auth = C.BAREJWT_AUTH_OPTIONAL
	// AuthNone: the header is not looked at.
	AuthNone Auth = C.BAREJWT_AUTH_NONE
)

// Authenticate gives the claims of the user who makes the request; nil, without an error, if it is
// anonymous. Only an access token identifies a caller; with TypeJWT any token that has a sub and
// does not say that it is a refresh token.
//
// ErrAuthorizationMissing, ErrAuthorizationScheme, ErrAuthorizationMalformed, and the errors of
// Verify; Refuse answers all of them.
func Authenticate(r *http.Request, auth Auth, key *Key, want Validation, now time.Time) (*Claims, error) {
	var a arena
	defer a.free()
	rules, err := want.in(&a)
	if err != nil {
		return nil, err
	}
	var header *C.char
	var n C.size_t
	// Several headers are one value with commas (RFC 9110 5.3), which is malformed.
	if values := r.Header.Values("Authorization"); len(values) > 0 {
		header, n = chars(strings.Join(values, ", "))
	}
	scratch, size := a.scratch(int(n), want.MaxTokenLen)
	who := (*C.barejwt_identity)(a.alloc(C.sizeof_barejwt_identity))
	status := key.use(func(k *C.barejwt_key) C.barejwt_status {
		return C.barejwt_authenticate(k, C.uint32_t(auth), header, n, rules,
			C.int64_t(now.Unix()), scratch, size, who)
	})
	if err := failure(status, &who.claims.detail); err != nil {
		return nil, err
	}
	if who.kind != C.BAREJWT_IDENTITY_USER {
		return nil, nil
	}
	return newClaims(&who.claims), nil
}
