package barejwt

// The library that is installed, by pkg-config: the shared one, or where a program is linked with
// -extldflags=-static the other.

// #cgo pkg-config: barejwt
import "C"
