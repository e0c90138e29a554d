package barejwt

// #include <barejwt.h>
import "C"

import (
	"fmt"
	"io"
	"runtime"
	"sync"
	"unsafe"
)

// Key is a prepared key, or a keyring of named keys (NewKeyring). Goroutines may share it.
//
// It is in C memory, which is wiped when you close the Key or when the Key is garbage.
type Key struct {
	lock   sync.RWMutex   // Close waits for the calls that use the key
	c      unsafe.Pointer // a *cKey: behind a typed pointer of a copied Key, %s would print the key
	wipe   func()
	memory arena
}

// NewKey prepares a key from a secret of 32 bytes or more (RFC 7518 3.2). The secret is not kept.
// Wipe your copy of it. Error: ErrKeyTooShort.
func NewKey(secret []byte) (*Key, error) {
	k, c := single()
	if len(secret) == 0 {
		return k.ready(C.barejwt_key_init(c, nil, 0))
	}
	return k.ready(C.barejwt_key_init(c, unsafe.Pointer(&secret[0]), C.size_t(len(secret))))
}

// NewWeakKey takes 1 byte or more. An attacker who holds one token can try every short secret
// offline. Error: ErrKeyTooShort if the secret is empty.
func NewWeakKey(secret []byte) (*Key, error) {
	k, c := single()
	if len(secret) == 0 {
		return k.ready(C.barejwt_key_init_weak(c, nil, 0))
	}
	return k.ready(C.barejwt_key_init_weak(c, unsafe.Pointer(&secret[0]), C.size_t(len(secret))))
}

// RingKey is a key of a keyring. It verifies the tokens whose kid names it.
type RingKey struct {
	// KID is at most 63 bytes (RFC 7515 4.1.4).
	KID string
	Key *Key
	// Signs is true for the key that also signs. If several have it, the last of them signs.
	Signs bool
	// WithoutKID is true for the key that also verifies tokens without a kid.
	WithoutKID bool
}

// NewKeyring makes one Key of several, so that keys can be rotated. A token is verified with the key
// that its kid names. The keys are copied, so you may close them. Errors: ErrKeyringEmpty,
// ErrKIDInvalid, ErrKIDDuplicate, ErrNotReady.
func NewKeyring(keys ...RingKey) (*Key, error) {
	k := &Key{}
	ring := (*C.barejwt_keyring)(k.memory.alloc(C.sizeof_barejwt_keyring))
	slots := (*C.barejwt_slot)(k.memory.alloc(C.size_t(len(keys)+1) * C.sizeof_barejwt_slot))
	k.c, k.wipe = unsafe.Pointer(&ring.key), func() { C.barejwt_keyring_wipe(ring) }
	status := C.barejwt_keyring_init(ring, slots, C.size_t(len(keys)))
	for _, entry := range keys {
		if status == C.BAREJWT_OK {
			status = entry.addTo(ring)
		}
	}
	return k.ready(status)
}

func (r RingKey) addTo(ring *C.barejwt_keyring) C.barejwt_status {
	var uses C.uint32_t
	if r.Signs {
		uses |= C.BAREJWT_RING_SIGNS
	}
	if r.WithoutKID {
		uses |= C.BAREJWT_RING_WITHOUT_KID
	}
	kid, n := chars(r.KID)
	return r.Key.use(func(key *cKey) cStatus { return C.barejwt_keyring_add(ring, kid, n, key, uses) })
}

// Close waits until no call uses the key, and wipes it. Every later use is ErrNotReady. You may
// close a key twice, and close a nil key. A key that you never close is wiped when it is garbage.
func (k *Key) Close() {
	if k == nil || k.wipe == nil {
		return
	}
	k.lock.Lock()
	defer k.lock.Unlock()
	k.wipe()
}

// Format prints no key bytes, whatever the verb.
func (k *Key) Format(f fmt.State, _ rune) { io.WriteString(f, "barejwt.Key") }

func single() (*Key, *cKey) {
	k := &Key{}
	c := (*C.barejwt_key)(k.memory.alloc(C.sizeof_barejwt_key))
	// wipe must not hold k: a finalizer does not run in a cycle.
	k.c, k.wipe = unsafe.Pointer(c), func() { C.barejwt_key_wipe(c) }
	return k, c
}

// ready gives k, or the reason why it was not made. Close keeps the memory, so that the library
// refuses a later use and the program does not crash.
func (k *Key) ready(status C.barejwt_status) (*Key, error) {
	if err := failure(status, nil); err != nil {
		k.wipe()
		k.memory.free()
		return nil, err
	}
	runtime.SetFinalizer(k, func(k *Key) {
		k.wipe()
		k.memory.free()
	})
	return k, nil
}

// Test files cannot name C types.
type (
	cKey    = C.barejwt_key
	cStatus = C.barejwt_status
)

// hold gives the key, which is not wiped before release.
func (k *Key) hold() (*cKey, error) {
	if k == nil || k.c == nil {
		return nil, &Error{Status: ErrNull}
	}
	k.lock.RLock()
	return (*cKey)(k.c), nil
}

func (k *Key) release() { k.lock.RUnlock() }

// use calls with the key held.
func (k *Key) use(call func(*cKey) cStatus) cStatus {
	c, err := k.hold()
	if err != nil {
		return C.BAREJWT_E_NULL
	}
	defer k.release()
	return call(c)
}
