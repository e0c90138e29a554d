//go:build barejwt_static

package barejwt

// go build -tags barejwt_static: libbarejwt goes into the program, the rest stays shared.

// #cgo LDFLAGS: -l:libbarejwt.a -Wl,--as-needed
import "C"
