// barejwt's Go package and golang-jwt, over the same tokens with the same checks: go TOKENS_TXT.
package main

import (
	"fmt"
	"os"
	"sort"
	"strings"
	"time"
)

const (
	batches = 1000
	batchNs = 1e6
)

// tokens are those of tokens.txt, in its order.
type tokens struct{ secret, access, refresh, stateHash, everyday, named string }

func must(ok bool) {
	if !ok {
		panic("a library does not do what it should")
	}
}

func batch(runs int, run func() bool) float64 {
	start := time.Now()
	for n := 0; n < runs; n++ {
		must(run())
	}
	return float64(time.Since(start).Nanoseconds())
}

func measure(library, operation string, run func() bool) {
	runs := 1
	for batch(runs, run) < batchNs {
		runs *= 2
	}
	took := make([]float64, batches)
	for n := range took {
		took[n] = batch(runs, run) / float64(runs)
	}
	sort.Float64s(took)
	fmt.Printf("%s %s %.1f\n", library, operation, took[batches/10])
}

// compare holds a library to what all must do, and measures it.
func compare(library string, t tokens, verify func(token, tokenType, sub string) bool, signAccess, signRefresh func() string) {
	dot := strings.LastIndexByte(t.access, '.') + 1
	first := "A"
	if t.access[dot] == 'A' {
		first = "B"
	}
	must(!verify(t.access[:dot]+first+t.access[dot+1:], "access", "lUpa"))
	must(!verify(t.refresh, "access", "lUpa"))
	must(len(signAccess()) == len(t.access) && len(signRefresh()) == len(t.refresh))

	measure(library, "verify_access", func() bool { return verify(t.access, "access", "lUpa") })
	measure(library, "verify_refresh", func() bool { return verify(t.refresh, "refresh", "lUpa") })
	measure(library, "verify_everyday", func() bool { return verify(t.everyday, "access", "user-12345678") })
	measure(library, "verify_kid_single_key", func() bool { return verify(t.named, "access", "lUpa") })
	measure(library, "sign_access", func() bool { return signAccess() != "" })
	measure(library, "sign_refresh", func() bool { return signRefresh() != "" })
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	must(err == nil)
	lines := strings.Split(string(text), "\n")
	t := tokens{lines[0], lines[1], lines[2], lines[3], lines[4], lines[5]}
	compareBarejwt(t)
	compareGolangJWT(t)
}
