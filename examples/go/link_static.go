//go:build barejwt_static

package barejwt

// go build -tags barejwt_static links libbarejwt into the program. Other libraries stay shared.

// #cgo LDFLAGS: -l:libbarejwt.a -Wl,--as-needed
import "C"
