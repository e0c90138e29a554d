// Package barejwt signs and verifies HS256 JSON Web Tokens with libbarejwt, linked statically.
//
// A Key is prepared once and shared by any number of goroutines. Verify and Authenticate hold a
// token to a Validation, whose zero value is the strictest. Every refusal is an *Error that
// errors.Is compares with a Status such as ErrExpired; it holds no token and no key.
//
// Results are Go values: no Go pointer stays with C after a call, and no C pointer with Go.
package barejwt

// #cgo CFLAGS: -I${SRCDIR}/../../include
// #cgo LDFLAGS: -L${SRCDIR}/../../target/release -l:libbarejwt.a
// #include <stdlib.h>
// #include <string.h>
// #include "barejwt.h"
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

// members is what encoding/json makes of members; nil stands for none, which is not {}.
func (a *arena) members(members any) (C.barejwt_str, error) {
	if members == nil {
		return C.barejwt_str{}, nil
	}
	content, err := json.Marshal(members)
	text := string(content)
	return a.str(&text), err
}

// scratch is enough for a token of length bytes: one longer than longest is refused before.
func (a *arena) scratch(length int, longest uint) (unsafe.Pointer, C.size_t) {
	if longest == 0 {
		longest = C.BAREJWT_TOKEN_LEN_DEFAULT
	}
	if uint(length) < longest {
		longest = uint(length)
	}
	size := C.barejwt_scratch_size(C.size_t(longest))
	return a.alloc(size + 1), size
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

// written is what a function writes that ends in out, out_size, out_len: it is asked for the size
// first.
func written(call func(out *C.char, size C.size_t, length *C.size_t) C.barejwt_status) (string, error) {
	var length C.size_t
	status := call(nil, 0, &length)
	if Status(status) != ErrOutputTooSmall {
		return "", failure(status, nil)
	}
	out := make([]byte, length)
	if err := failure(call((*C.char)(unsafe.Pointer(&out[0])), length, &length), nil); err != nil {
		return "", err
	}
	return string(out[:length]), nil
}

// seconds is d without its fraction. What the library has no number for is ErrOption.
func seconds(d time.Duration) (C.uint32_t, error) {
	whole := int64(d / time.Second)
	if d < 0 || whole > math.MaxUint32 {
		return 0, &Error{Status: ErrOption}
	}
	return C.uint32_t(whole), nil
}
