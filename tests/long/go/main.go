// A service in Go that stays up: what long.c does, through the package.
//
//	long COUNT CASES
//
// Needs GLIBC_TUNABLES=glibc.malloc.tcache_count=0, as long.c says. Prints after each tenth what
// the process holds; ends with 1 if later tenths hold more than the first, which warms it up.
package main

// #include <malloc.h>
// static size_t live(void)
// {
//     struct mallinfo2 info = mallinfo2();
//     return info.uordblks + info.hblkhd;
// }
import "C"

import (
	"errors"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"time"

	"libtracedag.example/tracedag"
)

const (
	small  = 4096
	tenths = 10
	others = "x:-#{}[],&*!|>'\"%@ \n\t\x01\xC3"
)

var limits = []struct {
	limit tracedag.Limit
	most  int
}{
	{tracedag.LimitDepth, 8},
	{tracedag.LimitFindings, 8},
	{tracedag.LimitNodes, 8},
	{tracedag.LimitHeapBytes, 16384},
}

// ---- what the process holds ----------------------------------------------------------------

// held is what the process holds once garbage is gone.
type held struct {
	live       int // bytes that malloc has handed out, so C's
	objects    int // Go's
	resident   int
	goroutines int
	files      int
}

// Go starts threads when it likes, which have stacks and blocks of their own, and keeps some
// objects for itself. A block or object lost with every tenth of 20,000 documents is above these.
var most = held{live: 24 << 10, objects: 1000, resident: 4 << 20}

func (h held) String() string {
	return fmt.Sprintf("%d bytes live, %d objects, %d KiB resident, %d goroutines, %d files",
		h.live, h.objects, h.resident>>10, h.goroutines, h.files)
}

func (h held) flat(first held) bool {
	return h.live-first.live <= most.live && h.objects-first.objects <= most.objects &&
		h.resident-first.resident <= most.resident && h.goroutines <= first.goroutines &&
		h.files <= first.files
}

// hold collects garbage first, twice: what finalizers let go is garbage of the next time.
func hold() held {
	for i := 0; i < 2; i++ {
		runtime.GC()
		time.Sleep(20 * time.Millisecond)
	}
	debug.FreeOSMemory()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	var size, pages int
	if _, err := fmt.Sscan(string(must(os.ReadFile("/proc/self/statm"))), &size, &pages); err != nil {
		panic(err)
	}
	return held{
		live:       int(C.live()),
		objects:    int(memory.HeapObjects),
		resident:   pages * os.Getpagesize(),
		goroutines: runtime.NumGoroutine(),
		files:      len(must(os.ReadDir("/proc/self/fd"))),
	}
}

// ---- one document --------------------------------------------------------------------------

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// vary gives a document as there was none before.
func vary(document []byte, number int, chance *rand.Rand) []byte {
	varied := append([]byte(nil), document...)
	if len(varied) > 0 && chance.Intn(4) == 0 {
		varied[chance.Intn(len(varied))] = others[chance.Intn(len(others))]
	}
	return append(varied, fmt.Sprintf("\n# %d\n", number)...)
}

func limitsOf(chance *rand.Rand) []tracedag.Option {
	chosen := chance.Intn(16)
	if chosen >= len(limits) {
		return nil
	}
	l := limits[chosen]
	return []tracedag.Option{tracedag.WithLimit(l.limit, uint64(1+chance.Intn(l.most)))}
}

// read makes everything that can be made of a DAG.
func read(dag *tracedag.DAG) {
	for _, form := range []tracedag.Form{tracedag.FormCanonical, tracedag.FormResolved,
		tracedag.FormOrigins} {
		must(dag.Encode(form, tracedag.SyntaxJSON))
		must(dag.Encode(form, tracedag.SyntaxYAML))
	}
	must(dag.JobHashes())
	must(dag.Upstream(dag.Order[len(dag.Order)-1], true))
	must(dag.Downstream(dag.Order[0], tracedag.AnyOutput, true))
}

// run judges a document and reads all of it; it says what came of it.
func run(document []byte, chance *rand.Rand) string {
	tracedag.SourceHash(document)
	options := limitsOf(chance)
	dag, err := tracedag.Load(document, options...)
	var rejected *tracedag.DiagnosticsError
	switch {
	case errors.Is(err, tracedag.ErrNoMemory):
		return "without memory"
	case errors.As(err, &rejected):
		must(rejected.Report.Render(tracedag.FormatText, "dag.yaml", true))
		must(rejected.Report.Render(tracedag.FormatJSON, "dag.yaml", false))
		must(rejected.Report.Positions(0, len(document)))
		return "rejected"
	case err != nil:
		panic(err)
	}
	read(dag)
	must(dag.Report.Render(tracedag.FormatText, "", false))
	if chance.Intn(2) == 0 { // or else it goes when nobody refers to it
		dag.Close()
	}
	return "accepted"
}

// ---- all of them ---------------------------------------------------------------------------

func stock(cases, kind string) (documents [][]byte) {
	for _, path := range must(filepath.Glob(filepath.Join(cases, kind, "*.yaml"))) {
		if document := must(os.ReadFile(path)); len(document) <= small {
			documents = append(documents, document)
		}
	}
	return documents
}

func main() {
	count := 0
	if len(os.Args) == 3 {
		count, _ = strconv.Atoi(os.Args[1])
	}
	if count < tenths {
		fmt.Fprintln(os.Stderr, "usage: long COUNT CASES")
		os.Exit(2)
	}
	stocks := [][][]byte{stock(os.Args[2], "valid"), stock(os.Args[2], "invalid")}
	chance := rand.New(rand.NewSource(1))
	results := map[string]int{}
	var first held
	verdict := "flat"
	for number := 1; number <= count; number++ {
		documents := stocks[number%2]
		document := vary(documents[number/2%len(documents)], number, chance)
		results[run(document, chance)]++
		if number%(count/tenths) != 0 {
			continue
		}
		now := hold()
		fmt.Printf("%9d documents: %v\n", number, now)
		if number == count/tenths {
			first = now
		}
		if !now.flat(first) {
			verdict = "NOT flat"
		}
	}
	fmt.Printf("%d accepted, %d rejected, %d without memory: memory is %s\n", results["accepted"],
		results["rejected"], results["without memory"], verdict)
	if verdict != "flat" {
		os.Exit(1)
	}
}
