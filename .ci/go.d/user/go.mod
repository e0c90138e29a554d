module user

go 1.19

require barejwt v0.0.0

replace barejwt => ../barejwt
