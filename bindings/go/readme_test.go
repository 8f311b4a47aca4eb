package tracedag_test

import (
	"regexp"
	"strings"
	"testing"
)

// The Go code in this README and in that of the project is code of the examples, which run.
func TestReadme(t *testing.T) {
	readme := string(mustRead(t, "README.md")) + string(mustRead(t, "../../README.md"))
	examples := string(mustRead(t, "example_test.go"))
	blocks := regexp.MustCompile("(?ms)^```go\n(.*?)^```$").FindAllStringSubmatch(readme, -1)
	if len(blocks) < 4 {
		t.Errorf("%d blocks of code", len(blocks))
	}
	for _, block := range blocks {
		indented := regexp.MustCompile(`(?m)^(.)`).ReplaceAllString(block[1], "\t$1")
		if !strings.Contains(examples, indented) {
			t.Errorf("no example has\n%s", block[1])
		}
	}
}
