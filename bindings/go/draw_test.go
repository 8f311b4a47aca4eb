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
	text := must(dag.Draw(tracedag.PictureText, nil, nil, false))
	if !strings.HasPrefix(text, "guarded: 4 jobs in 3 layers, ") || strings.Contains(text, "\033[") ||
		strings.Contains(text, "TD803") {
		t.Error(text)
	}
	if text := must(dag.Draw(tracedag.PictureText, report, nil, true)); !strings.Contains(text, "\033[1mfetch") ||
		!strings.Contains(text, "note TD803 unread-job") {
		t.Error(text)
	}
	if text := must(dag.Draw(tracedag.PictureMermaid, report, nil, true)); !strings.Contains(text, "\nflowchart LR\n") ||
		!strings.Contains(text, "<br>! note TD803 unread-job") || strings.Contains(text, "\033[") {
		t.Error(text)
	}
	text = must(dag.Draw(tracedag.PictureDOT, nil, nil, false))
	if !strings.HasPrefix(text, "digraph \"guarded\" {\n") {
		t.Error(text)
	}
	same(t, "edges", strings.Count(text, " -> "), 5)
}

func TestDrawChange(t *testing.T) {
	newer := mustLoad(t, []byte(strings.Replace(guarded, "bundle_id: rules", "bundle_id: other", 1)))
	older := mustLoad(t, []byte(guarded))
	text := must(newer.Draw(tracedag.PictureText, nil, older, false))
	same(t, "changed", strings.Count(text, "~ changed, made anew\n"), 1)
	same(t, "made anew", strings.Count(text, "* made anew\n"), 3)
	older.Close()
	if text, err := newer.Draw(tracedag.PictureText, nil, older, false); err != tracedag.ErrClosed {
		t.Errorf("closed: %q, %v", text, err)
	}
}

func TestDrawMisuse(t *testing.T) {
	dag := mustLoad(t, []byte(guarded))
	for _, picture := range []tracedag.Picture{0, 4, 99} {
		text, err := dag.Draw(picture, nil, nil, false)
		if !errors.Is(err, tracedag.ErrMisuse) || text != "" {
			t.Errorf("picture %d: %q, %v", picture, text, err)
		}
	}
}

func ExampleDAG_Draw() {
	dag, _ := tracedag.Load([]byte(guarded))
	defer dag.Close()

	text, _ := dag.Draw(tracedag.PictureText, nil, nil, false)
	fmt.Println(strings.SplitN(text, "\n", 2)[0])
	// Output:
	// guarded: 4 jobs in 3 layers, 2 published datasets, 1 external dataset
}
