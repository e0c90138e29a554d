// Package barejwt signs and verifies HS256 JSON Web Tokens with libbarejwt. pkg-config finds it.
//
// A Key is prepared once, and any number of goroutines may share it. Verify and Authenticate check a
// token by a Validation. Its zero value is the strictest. Every refusal is an *Error, which
// errors.Is compares with a Status such as ErrExpired. An *Error holds no token and no key.
//
// Results are Go values. After a call C keeps no Go pointer, and a result holds no C pointer.
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

// Version gives the version of the library that is linked.
func Version() string {
	return C.GoString(C.barejwt_version())
}

// arena is zeroed C memory. It is needed where C writes pointers, because Go memory must not hold
// C pointers.
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

// str copies s. A nil s means that there is no text.
func (a *arena) str(s *string) C.barejwt_str {
	if s == nil {
		return C.barejwt_str{}
	}
	block := C.CString(*s)
	*a = append(*a, unsafe.Pointer(block))
	return C.barejwt_str{ptr: block, len: C.size_t(len(*s))}
}

// members copies the text that jsonText gives.
func (a *arena) members(members any) (C.barejwt_str, error) {
	text, isThere, err := jsonText(members)
	if !isThere {
		return C.barejwt_str{}, err
	}
	return a.str(&text), err
}

// jsonText gives the text that encoding/json makes of members. nil means no members, which differs
// from {}.
func jsonText(members any) (text string, isThere bool, err error) {
	if members == nil {
		return "", false, nil
	}
	content, err := json.Marshal(members)
	return string(content), true, err
}

// scratchLen gives enough bytes for a token of length bytes. A token longer than longest is refused
// before scratch is used.
func scratchLen(length int, longest uint) C.size_t {
	if longest == 0 {
		longest = C.BAREJWT_TOKEN_LEN_DEFAULT
	}
	if uint(length) < longest {
		longest = uint(length)
	}
	// first needs at least one byte.
	return C.barejwt_scratch_size(C.size_t(longest)) + 1
}

// chars gives a pointer to the bytes of s, which is good for one call. It is never nil, because nil
// tells the library that there is no header.
func chars(s string) (*C.char, C.size_t) {
	b := append([]byte(s), 0)
	return (*C.char)(unsafe.Pointer(&b[0])), C.size_t(len(s))
}

func goString(s C.barejwt_str) string {
	return string(unsafe.Slice((*byte)(unsafe.Pointer(s.ptr)), s.len))
}

// first gives the address at which C writes.
func first(b []byte) *C.char { return (*C.char)(unsafe.Pointer(&b[0])) }

// seconds gives d without its fraction. It gives ErrOption, with the name of the option, if the library's
// type cannot hold d.
func seconds(option string, d time.Duration) (C.uint32_t, error) {
	whole := int64(d / time.Second)
	if d < 0 || whole > math.MaxUint32 {
		return 0, wrongOption(option)
	}
	return C.uint32_t(whole), nil
}
