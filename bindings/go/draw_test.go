package tracedag_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"libtracedag.example/tracedag"
)

func TestDraw(t *testing.T) {
	dag := mustLoad(t, []byte(guarded))
	report := must(tracedag.Check([]byte(guarded)))
	text := must(dag.Draw(tracedag.PictureText, nil, false))
	if !strings.HasPrefix(text, "guarded: 4 jobs in 3 layers, ") || strings.Contains(text, "\033[") ||
		strings.Contains(text, "TD803") {
		t.Error(text)
	}
	if text := must(dag.Draw(tracedag.PictureText, report, true)); !strings.Contains(text, "\033[1mfetch") ||
		!strings.Contains(text, "note TD803 unread-job") {
		t.Error(text)
	}
	if text := must(dag.Draw(tracedag.PictureMermaid, report, true)); !strings.Contains(text, "\nflowchart LR\n") ||
		!strings.Contains(text, "<br>! note TD803 unread-job") || strings.Contains(text, "\033[") {
		t.Error(text)
	}
	text = must(dag.Draw(tracedag.PictureDOT, nil, false))
	if !strings.HasPrefix(text, "digraph \"guarded\" {\n") {
		t.Error(text)
	}
	same(t, "edges", strings.Count(text, " -> "), 5)
}

func TestDrawMisuse(t *testing.T) {
	dag := mustLoad(t, []byte(guarded))
	for _, picture := range []tracedag.Picture{0, 4, 99} {
		text, err := dag.Draw(picture, nil, false)
		if !errors.Is(err, tracedag.ErrMisuse) || text != "" {
			t.Errorf("picture %d: %q, %v", picture, text, err)
		}
	}
}

func ExampleDAG_Draw() {
	dag, _ := tracedag.Load([]byte(guarded))
	defer dag.Close()

	text, _ := dag.Draw(tracedag.PictureText, nil, false)
	fmt.Println(strings.SplitN(text, "\n", 2)[0])
	// Output:
	// guarded: 4 jobs in 3 layers, 2 published datasets, 1 external dataset
}
