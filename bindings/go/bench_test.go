package tracedag_test

import (
	"os/exec"
	"testing"

	"libtracedag.example/tracedag"
)

// thousandJobs is the document of 1,000 jobs that the library's own benchmark uses.
func thousandJobs(b *testing.B) []byte {
	b.Helper()
	document, err := exec.Command("python3", "../../tests/bench/gen_dag.py", "1000").Output()
	if err != nil {
		b.Skip("no document: ", err)
	}
	b.SetBytes(int64(len(document)))
	b.ReportAllocs()
	b.ResetTimer()
	return document
}

func BenchmarkCheck(b *testing.B) {
	document := thousandJobs(b)
	for i := 0; i < b.N; i++ {
		must(tracedag.Check(document))
	}
}

func BenchmarkLoad(b *testing.B) {
	document := thousandJobs(b)
	for i := 0; i < b.N; i++ {
		must(tracedag.Load(document)).Close()
	}
}

func BenchmarkHash(b *testing.B) {
	document := thousandJobs(b)
	for i := 0; i < b.N; i++ {
		must(tracedag.Hash(document))
	}
}

func BenchmarkCanonical(b *testing.B) {
	document := thousandJobs(b)
	for i := 0; i < b.N; i++ {
		must(tracedag.Canonical(document))
	}
}
