// Package barejwt signs and verifies HS256 JSON Web Tokens with libbarejwt, as pkg-config finds it.
//
// A Key is prepared once and shared by any number of goroutines. Verify and Authenticate hold a
// token to a Validation, whose zero value is the strictest. Every refusal is an *Error that
// errors.Is compares with a Status such as ErrExpired; it holds no token and no key.
//
// Results are Go values: no Go pointer stays with C after a call, and no C pointer with Go.
package barejwt

// #include <stdlib.h>
// #include <string.h>
// #include <barejwt.h>
import "C"

import (
	"encoding/json"
	"fmt"
	"math"
	"time"
	"unsafe"
)

func init() {
	if found := C.barejwt_abi_version(); found != C.BAREJWT_ABI_VERSION {
		panic(fmt.Sprintf("libbarejwt has ABI %d, its header %d", found, C.BAREJWT_ABI_VERSION))
	}
}

// Version is the version of the library that is linked.
func Version() string {
	return C.GoString(C.barejwt_version())
}

// arena is C memory, zeroed. What C writes pointers to must not be Go memory.
type arena []unsafe.Pointer

func (a *arena) alloc(size C.size_t) unsafe.Pointer {
	block := C.malloc(size) // never nil: cgo ends the program instead
	C.memset(block, 0, size)
	*a = append(*a, block)
	return block
}

func (a *arena) free() {
	for _, block := range *a {
		C.free(block)
	}
}

// str is a copy of s; nil stands for none.
func (a *arena) str(s *string) C.barejwt_str {
	if s == nil {
		return C.barejwt_str{}
	}
	block := C.CString(*s)
	*a = append(*a, unsafe.Pointer(block))
	return C.barejwt_str{ptr: block, len: C.size_t(len(*s))}
}

// members is a copy of what jsonText gives.
func (a *arena) members(members any) (C.barejwt_str, error) {
	text, isThere, err := jsonText(members)
	if !isThere {
		return C.barejwt_str{}, err
	}
	return a.str(&text), err
}

// jsonText is what encoding/json makes of members; nil stands for none, which is not {}.
func jsonText(members any) (text string, isThere bool, err error) {
	if members == nil {
		return "", false, nil
	}
	content, err := json.Marshal(members)
	return string(content), true, err
}

// scratchLen is enough for a token of length bytes: one longer than longest is refused before.
func scratchLen(length int, longest uint) C.size_t {
	if longest == 0 {
		longest = C.BAREJWT_TOKEN_LEN_DEFAULT
	}
	if uint(length) < longest {
		longest = uint(length)
	}
	// Not 0, which has no first byte.
	return C.barejwt_scratch_size(C.size_t(longest)) + 1
}

// chars is a pointer to the bytes of s, for the arguments of one call. It is never nil: to the
// library, nil is a header that is absent.
func chars(s string) (*C.char, C.size_t) {
	b := append([]byte(s), 0)
	return (*C.char)(unsafe.Pointer(&b[0])), C.size_t(len(s))
}

func goString(s C.barejwt_str) string {
	return string(unsafe.Slice((*byte)(unsafe.Pointer(s.ptr)), s.len))
}

// first is where C writes to.
func first(b []byte) *C.char { return (*C.char)(unsafe.Pointer(&b[0])) }

// seconds is d without its fraction. What the library has no number for is ErrOption.
func seconds(d time.Duration) (C.uint32_t, error) {
	whole := int64(d / time.Second)
	if d < 0 || whole > math.MaxUint32 {
		return 0, &Error{Status: ErrOption}
	}
	return C.uint32_t(whole), nil
}
