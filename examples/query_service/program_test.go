package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
)

// With this set, the program of the tests is the program itself.
const asProgram = "QUERY_SERVICE_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func program(arguments ...string) *exec.Cmd {
	command := exec.Command(os.Args[0], arguments...)
	command.Env = append(os.Environ(), asProgram+"=1")
	return command
}

// writeConfig makes a folder with a key and a configuration that names it.
func writeConfig(t *testing.T, location string) (path string) {
	t.Helper()
	folder := t.TempDir()
	path = filepath.Join(folder, "config.json")
	text := must(json.Marshal(config{Listen: "127.0.0.1:0", DB: location, Issuer: issuer,
		Audience: audience, Algorithm: "HS256", Keys: map[string]string{keyID: "key"}}))
	for file, bytes := range map[string][]byte{path: text, filepath.Join(folder, "key"): []byte(secret)} {
		if err := os.WriteFile(file, bytes, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func TestProgram(t *testing.T) {
	eachStore(t, func(t *testing.T, store *testStore) {
		store.fill(t)
		command := program("--config", writeConfig(t, "sqlite:elsewhere"), "--db", store.reader)
		output := must(command.StderrPipe())
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		defer command.Process.Kill()
		lines := bufio.NewScanner(output)
		lines.Scan()
		address := regexp.MustCompile(`address="(.*)"`).FindStringSubmatch(lines.Text())
		if address == nil {
			t.Fatal(lines.Text())
		}
		r := must(http.NewRequest(http.MethodGet, "http://"+address[1]+"/v1/orgs/acme/datasets/trades", nil))
		r.Header.Set("Authorization", "Bearer "+tokenOf("ann"))
		response, err := http.DefaultClient.Do(r)
		if err != nil || response.StatusCode != 200 {
			t.Error(response, err)
		}
		command.Process.Signal(syscall.SIGTERM)
		for lines.Scan() { // to the end
		}
		if err := command.Wait(); err != nil {
			t.Error(err)
		}
	})
}

func TestWrongUse(t *testing.T) {
	config := writeConfig(t, "sqlite:nothing")
	for _, of := range []struct {
		status    int
		arguments []string
	}{
		{2, nil}, {2, []string{"--config", config, "more"}}, {2, []string{"--unknown"}},
		{1, []string{"--config", config + "x"}}, {1, []string{"--config", config, "--db", "mysql:x"}},
	} {
		said, err := program(of.arguments...).CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != of.status || len(said) == 0 {
			t.Errorf("%q: %v %s", of.arguments, err, said)
		}
	}
}
