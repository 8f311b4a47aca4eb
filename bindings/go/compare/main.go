// The command compare measures what validating a document costs from Go: by libtracedag, and by
// yaml.v3 with structs and checks written by hand. It prints the rows of a Markdown table.
//
//	python3 ../../../tests/bench/gen_dag.py 1000 >dag.yaml
//	go run . dag.yaml
//
// The two sides do not do the same: see yaml.go for what the second one leaves out.
package main

import (
	"fmt"
	"os"
	"testing"

	"libtracedag.example/tracedag"
)

// A side is one way to handle a document.
type side struct {
	name string
	run  func(document []byte) error
}

var sides = []side{
	{"`tracedag.Check`: findings", func(document []byte) error {
		report, err := tracedag.Check(document)
		if err == nil && !report.Accepted() {
			err = tracedag.ErrRejected
		}
		return err
	}},
	{"`tracedag.Load`: all fields as Go values", func(document []byte) error {
		dag, err := tracedag.Load(document)
		if err == nil {
			err = dag.Close()
		}
		return err
	}},
	{"`tracedag.Hash`", func(document []byte) error {
		_, err := tracedag.Hash(document)
		return err
	}},
	{"`tracedag.Canonical`", func(document []byte) error {
		_, err := tracedag.Canonical(document)
		return err
	}},
	{"yaml.v3 into nodes, nothing checked", parseNodes},
	{"yaml.v3 into structs, unknown keys refused", func(document []byte) error {
		_, err := decodeStrict(document)
		return err
	}},
	{"the same, then words, names and references by hand", func(document []byte) error {
		dag, err := decodeStrict(document)
		if err == nil {
			err = dag.check()
		}
		return err
	}},
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: compare DOCUMENT")
		os.Exit(2)
	}
	document, err := os.ReadFile(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	fmt.Printf("| %d bytes | time | MB/s | allocated by Go |\n|---|---|---|---|\n", len(document))
	for _, side := range sides {
		if err := side.run(document); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", side.name, err)
			os.Exit(1)
		}
		fmt.Println(row(side, document))
	}
}

func row(side side, document []byte) string {
	result := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; i < b.N; i++ {
			if err := side.run(document); err != nil {
				b.Fatal(err)
			}
		}
	})
	perCall := float64(result.T.Nanoseconds()) / float64(result.N)
	return fmt.Sprintf("| %s | %.1f ms | %.0f | %.1f MB, %d times |", side.name, perCall/1e6,
		float64(len(document))*1e3/perCall, float64(result.AllocedBytesPerOp())/1e6,
		result.AllocsPerOp())
}
