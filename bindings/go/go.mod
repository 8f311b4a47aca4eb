module libtracedag.example/tracedag

go 1.19
