package main

import (
	"bytes"
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestConfig(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.json")
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const good = `{"listen": "127.0.0.1:0", "db": "sqlite:x", "issuer": "i", "audience": "a",
		"algorithm": "HS256", "keys": {"k": "x"}}`
	write(good)
	if c, err := readConfig(path); err != nil || c.Listen != "127.0.0.1:0" || c.Keys["k"] != "x" {
		t.Error(c, err)
	}
	for _, text := range []string{"", "{", "[]", good + "{}", strings.Replace(good, "{", `{"audiance": "a",`, 1),
		strings.Replace(good, `"issuer": "i",`, "", 1), strings.Replace(good, `"a"`, `""`, 1),
		strings.Replace(good, `"a"`, `["a"]`, 1)} {
		write(text)
		if _, err := readConfig(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := readConfig(path + "x"); err == nil {
		t.Error("a file that is not there")
	}
}

// A slow state makes a request last until the test lets it go on.
type slow struct {
	state
	reached, proceed chan struct{}
}

func (s *slow) mayRead(org, subject string) (bool, error) {
	close(s.reached)
	<-s.proceed
	return s.state.mayRead(org, subject)
}

func TestRequestsEndBeforeTheServiceDoes(t *testing.T) {
	store := newSQLite(t)
	store.fill(t)
	s := newService(t, store.reader)
	reached, proceed := make(chan struct{}), make(chan struct{})
	pin := s.pin
	s.pin = func(ctx context.Context) (state, error) {
		pinned, err := pin(ctx)
		return &slow{pinned, reached, proceed}, err
	}
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	address := listener.Addr().String()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- serve(ctx, listener, s) }()

	answer := make(chan string)
	go func() {
		r := must(http.NewRequest(http.MethodGet, "http://"+address+"/v1/orgs/acme/datasets/trades", nil))
		r.Header.Set("Authorization", "Bearer "+tokenOf("ann"))
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			answer <- err.Error()
			return
		}
		defer response.Body.Close()
		answer <- string(must(io.ReadAll(response.Body)))
	}()
	<-reached
	stop()
	for { // until nobody is let in any more
		connection, err := net.Dial("tcp", address)
		if err != nil {
			break
		}
		connection.Close()
		time.Sleep(time.Millisecond)
	}
	select {
	case err := <-ended:
		t.Fatal("it ended while a request was under way: ", err)
	default:
	}
	close(proceed)
	if text := <-answer; !strings.Contains(text, tradesTwo) {
		t.Error(text)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestLogIsLines(t *testing.T) {
	var output bytes.Buffer
	s := newService(t, "sqlite:nothing")
	s.log = log.New(&output, "", 0)
	token := tokenOf("ann")
	ask(s, http.MethodGet, "/v1/orgs/acme/datasets/x%0Alevel=error%1b", token)
	ask(s, http.MethodGet, "/v1/orgs/acme/datasets", "x")
	for _, line := range strings.Split(strings.TrimSuffix(output.String(), "\n"), "\n") {
		if !strings.HasPrefix(line, "level=") || strings.ContainsAny(line, "\x1b\r") {
			t.Errorf("a line is %q", line)
		}
	}
	if strings.Contains(output.String(), token) || !strings.Contains(output.String(), `status="401"`) {
		t.Error(output.String())
	}
}
