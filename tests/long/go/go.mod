module libtracedag.example/long

go 1.19

require libtracedag.example/tracedag v0.0.0

replace libtracedag.example/tracedag => ../../../bindings/go
