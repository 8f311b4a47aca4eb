module libtracedag.example/compare

go 1.19

require (
	gopkg.in/yaml.v3 v3.0.1
	libtracedag.example/tracedag v0.0.0
)

replace libtracedag.example/tracedag => ../
