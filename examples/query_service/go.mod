module libtracedag.example/query_service

go 1.19

require (
	github.com/golang-jwt/jwt/v5 v5.2.2
	github.com/lib/pq v1.10.9
	github.com/mattn/go-sqlite3 v1.14.34
	libtracedag.example/tracedag v0.0.0
)

replace libtracedag.example/tracedag => ../../bindings/go
