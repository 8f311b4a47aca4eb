// query_service answers where datasets are: what the registry of a Dispatcher says of a name, from
// one state of it, borne out by the stored version that publishes it. README.md tells the rest.
//
//	query_service --config FILE [--db LOCATION]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

const (
	stopTimeout = 20 * time.Second // for requests to come to their end when it is stopped
	cacheBytes  = 64 << 20         // of canonical forms that have been judged
)

func main() {
	path := flag.String("config", "", "the configuration, a `file` of JSON")
	location := flag.String("db", "", "`sqlite:PATH or postgresql://...`, instead of what it says")
	flag.Parse()
	if *path == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*path, *location); err != nil {
		fmt.Fprintln(os.Stderr, "query_service:", err)
		os.Exit(1)
	}
}

func run(path, location string) error {
	c, err := readConfig(path)
	if err != nil {
		return err
	}
	if location != "" {
		c.DB = location
	}
	verifier, err := newVerifier(c, filepath.Dir(path))
	if err != nil {
		return err
	}
	store, err := openStore(c.DB)
	if err != nil {
		return err
	}
	defer store.db.Close()
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return err
	}
	s := &service{
		pin:      store.pin,
		answers:  store.answers,
		verifier: verifier,
		cache:    newCache(cacheBytes),
		log:      log.New(os.Stderr, "", log.LstdFlags|log.LUTC),
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	s.note("info", "listening", "address", listener.Addr())
	return serve(ctx, listener, s)
}

// serve answers until the context ends, and then lets requests come to their end.
func serve(ctx context.Context, listener net.Listener, s *service) error {
	server := &http.Server{
		Handler:           s,
		ErrorLog:          s.log,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      requestTimeout + 30*time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    32 << 10,
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	s.note("info", "stopping")
	limited, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	err := server.Shutdown(limited)
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.New("requests were cut off")
	}
	return err
}
