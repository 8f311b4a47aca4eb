package tracedag_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"libtracedag.example/tracedag"
)

// Numbers have the words of the format, 0 has none, and a number that this package does not
// know stays a number.
func TestWords(t *testing.T) {
	for want, value := range map[string]fmt.Stringer{
		"source":         tracedag.ActivationSource,
		"reactive":       tracedag.ActivationReactive,
		"lambda":         tracedag.RuntimeLambda,
		"ecs_platform":   tracedag.RuntimeECSPlatform,
		"dispatcher":     tracedag.RuntimeDispatcher,
		"PerUpdate":      tracedag.ExecutionPerUpdate,
		"PerPartition":   tracedag.ExecutionPerPartition,
		"append":         tracedag.UpdateAppend,
		"replace":        tracedag.UpdateReplace,
		"cron":           tracedag.SourceCron,
		"webhook":        tracedag.SourceWebhook,
		"manual":         tracedag.SourceManual,
		"always_on":      tracedag.SourceAlwaysOn,
		"normal":         tracedag.PriorityNormal,
		"bulk":           tracedag.PriorityBulk,
		"pause":          tracedag.BackpressurePause,
		"postgres":       tracedag.StoragePostgres,
		"s3":             tracedag.StorageS3,
		"buffered":       tracedag.WriteBuffered,
		"direct":         tracedag.WriteDirect,
		"error":          tracedag.SeverityError,
		"warning":        tracedag.SeverityWarning,
		"note":           tracedag.SeverityNote,
		"TD402":          tracedag.CodeUnknownJob,
		"max_attempts":   tracedag.SettingMaxAttempts,
		"built-in":       tracedag.OriginBuiltIn,
		"dataset":        tracedag.SubjectDataset,
		"operator":       tracedag.SubjectOperator,
		"required":       tracedag.PolicyRequired,
		"boolean":        tracedag.FieldBoolean,
		"external":       tracedag.FlowExternal,
		"mermaid":        tracedag.PictureMermaid,
		"renamed":        tracedag.ChangeRenamed,
		"trigger":        tracedag.ClassTrigger,
		"column-type":    tracedag.BreakColumnType,
		"downstream":     tracedag.ScopeDownstream,
		"done":           tracedag.StatusOK,
		"":               tracedag.Storage(0),
		"4294967295":     tracedag.Runtime(1<<32 - 1),
		"77":             tracedag.Severity(77),
		"unknown status": tracedag.Status(3),
	} {
		if got := value.String(); got != want {
			t.Errorf("%q, expected %q", got, want)
		}
	}
	for _, value := range []fmt.Stringer{tracedag.Activation(99), tracedag.ExecutionStrategy(99),
		tracedag.UpdateStrategy(99), tracedag.SourceKind(99), tracedag.Priority(99),
		tracedag.BackpressureMode(99), tracedag.Storage(99), tracedag.WriteMode(99),
		tracedag.Setting(99), tracedag.Origin(99), tracedag.SubjectKind(99),
		tracedag.FlowKind(99), tracedag.Picture(99),
		tracedag.ChangeKind(99), tracedag.ChangeClass(99), tracedag.Break(99),
		tracedag.ScopeReason(99)} {
		if got := value.String(); got != "99" {
			t.Errorf("%T 99 is %q", value, got)
		}
	}
}

// Limits are called by their names in the header, as the command writes them.
func TestLimitsInWords(t *testing.T) {
	types := string(mustRead(t, filepath.Join(filepath.Dir(header), "tracedag-types.h")))
	rows := regexp.MustCompile(`TRACEDAG_LIMIT_(\w+) = (\d+)`).FindAllStringSubmatch(types, -1)
	if len(rows) < 19 {
		t.Errorf("only %d limits are found", len(rows))
	}
	for _, row := range rows {
		number, _ := strconv.Atoi(row[2])
		same(t, row[0], tracedag.Limit(number).String(),
			strings.ReplaceAll(strings.ToLower(row[1]), "_", "-"))
	}
	same(t, "no limit", tracedag.Limit(99).String(), "99")
}

// Every code of the library has its constant, named like its rule.
func TestCodes(t *testing.T) {
	source := string(mustRead(t, "codes.go"))
	before := tracedag.Code(0)
	for _, info := range tracedag.Codes() {
		if info.Code <= before || info.Code.Name() != info.Name || info.Rule == "" ||
			info.Severity < tracedag.SeverityError || info.Severity > tracedag.SeverityNote {
			t.Errorf("not a code: %+v", info)
		}
		before = info.Code
		constant := strings.ReplaceAll(strings.ToUpper(info.Name), "-", "_")
		line := regexp.MustCompile(`(?mi)^\tCode` + strings.ReplaceAll(info.Name, "-", "") +
			` +Code = C\.TRACEDAG_CODE_` + constant + ` +// ` + info.Code.String() + `: `)
		if !line.MatchString(source) {
			t.Errorf("%s %s has no constant", info.Code, info.Name)
		}
	}
	if before < tracedag.CodeNeverFires {
		t.Errorf("the last code is %s", before)
	}
	same(t, "no code", tracedag.Code(1).Name(), "")
}

// A code is found as reports print it, by its number and by its name.
func TestFindCode(t *testing.T) {
	for _, info := range tracedag.Codes() {
		code := info.Code.String()
		for _, text := range []string{code, strings.ToLower(code), code[2:], info.Name,
			strings.ToUpper(info.Name)} {
			same(t, text, tracedag.FindCode(text), info.Code)
		}
	}
	for _, text := range []string{"", "TD", "0402", "TD402 ", "unknown_job", "402\x00", "cycle\x00s"} {
		same(t, text, tracedag.FindCode(text), tracedag.Code(0))
	}
}

// mustCheckCatalog gives the report of a catalog; an empty one where it is accepted.
func mustCheckCatalog(t testing.TB, document []byte, options ...tracedag.Option) *tracedag.Report {
	t.Helper()
	var rejected *tracedag.DiagnosticsError
	_, err := tracedag.ReadCatalog(document, options...)
	if errors.As(err, &rejected) {
		return rejected.Report
	}
	if err != nil {
		t.Fatal(err)
	}
	return &tracedag.Report{}
}

// findingsOf gives what is found in the examples of a page; of several documents, between them.
func findingsOf(t *testing.T, page tracedag.CodePage) (bad, good []tracedag.Finding) {
	t.Helper()
	judge := mustCheck
	if page.OfCatalog {
		judge = mustCheckCatalog
	}
	if page.Code < tracedag.CodeUnpublishedDataset {
		options := append(page.Options(), tracedag.WithBaseline(page.Baseline, ""))
		return judge(t, page.Bad, options...).Findings,
			judge(t, page.Good, page.Options()...).Findings
	}
	return findingsBetween(t, page.Bad), findingsBetween(t, page.Good)
}

func findingsBetween(t *testing.T, example []byte) (found []tracedag.Finding) {
	t.Helper()
	var documents []tracedag.Named
	for _, document := range strings.Split(string(example), "\n---\n") {
		documents = append(documents, tracedag.Named{Document: []byte(document)})
	}
	for _, findings := range mustCheckTogether(t, documents).Findings {
		found = append(found, findings...)
	}
	return found
}

// Each code has its page, and the documents on it give what it says.
func TestPages(t *testing.T) {
	for _, info := range tracedag.Codes() {
		page, ok := info.Code.Page()
		if !ok || page.Code != info.Code || page.Severity != info.Severity ||
			page.Name != info.Name || page.Rule != info.Rule || page.Why == "" {
			t.Errorf("%s: another page: %+v", info.Code, page)
		}
		found := false
		bad, good := findingsOf(t, page)
		for _, finding := range bad {
			found = found || finding.Code == page.Code && finding.Message == page.Message
		}
		if !found {
			t.Errorf("%s: the bad example does not give %q", page.Code, page.Message)
		}
		for _, finding := range good {
			t.Errorf("%s: the good example gives %s", page.Code, finding.Message)
		}
		if page.Limit != 0 {
			same(t, page.Code.String(), page.Option,
				fmt.Sprintf("--limit %s=%d", page.Limit, page.LimitValue))
		}
		text, err := tracedag.Explain(info.Code)
		if err != nil || !strings.HasPrefix(text, info.Code.String()+" "+info.Name+" (") ||
			!strings.Contains(strings.Join(strings.Fields(text), " "), page.Advice) {
			t.Errorf("%s is explained by %q, %v", info.Code, text, err)
		}
	}
	if page, ok := tracedag.Code(400).Page(); ok || page.Name != "" {
		t.Errorf("400 has a page: %+v", page)
	}
	if text, err := tracedag.Explain(400); text != "" || !errors.Is(err, tracedag.ErrMisuse) {
		t.Errorf("400 is explained by %q, %v", text, err)
	}
}

func TestVersionAndFeatures(t *testing.T) {
	var major, minor, patch uint32
	if _, err := fmt.Sscanf(tracedag.Version(), "%d.%d.%d", &major, &minor, &patch); err != nil {
		t.Fatal(err)
	}
	same(t, "VersionNumber", tracedag.VersionNumber(), major*10000+minor*100+patch)
	for id := tracedag.FeatureFormat; id <= tracedag.FeatureXXHash; id++ {
		if tracedag.Feature(id) == 0 {
			t.Errorf("there is no feature %d", id)
		}
	}
	same(t, "no feature", tracedag.Feature(0), 0)
}

func TestJSONSchema(t *testing.T) {
	text, err := tracedag.JSONSchema()
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Schema   string            `json:"$schema"`
		Required []string          `json:"required"`
		Examples []json.RawMessage `json:"examples"`
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	same(t, "$schema", schema.Schema, "http://json-schema.org/draft-07/schema#")
	same(t, "required", strings.Join(schema.Required, " "), "jobs name")
	if _, err := tracedag.Load(schema.Examples[0]); err != nil {
		t.Error(err)
	}
}

// The package calls nothing but what the public header declares.
func TestCallsAreDeclared(t *testing.T) {
	declared := string(mustRead(t, header))
	files, _ := filepath.Glob("*.go")
	called := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range regexp.MustCompile(`C\.(\w+)\(`).FindAllSubmatch(source, -1) {
			called[string(call[1])] = true
		}
	}
	for _, known := range []string{"GoString", "GoStringN", "GoBytes", "CString", "free", "size_t",
		"int", "int64_t", "uint32_t", "uint64_t", "tracedag_status"} {
		delete(called, known)
	}
	if len(called) < 20 {
		t.Errorf("only %d calls are found", len(called))
	}
	for name := range called {
		if !regexp.MustCompile(`TRACEDAG_API [^;]*\b` + name + `\(`).MatchString(declared) {
			t.Errorf("%s is not declared", name)
		}
	}
}
