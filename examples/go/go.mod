module barejwt

go 1.19
