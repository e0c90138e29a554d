module barejwt-benches

go 1.19

require (
	barejwt v0.0.0
	github.com/golang-jwt/jwt/v4 v4.4.3
)

replace barejwt => ../../../examples/go

// Debian's package golang-github-golang-jwt-jwt-dev.
replace github.com/golang-jwt/jwt/v4 => /usr/share/gocode/src/github.com/golang-jwt/jwt
