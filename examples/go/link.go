package barejwt

// pkg-config finds the installed library. A program gets the shared library, or the archive if it is
// linked with -extldflags=-static.

// #cgo pkg-config: barejwt
import "C"
