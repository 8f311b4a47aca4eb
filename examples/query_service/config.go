package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// A config is what the file of --config says, in JSON.
type config struct {
	Listen    string            `json:"listen"` // address and port
	DB        string            `json:"db"`     // sqlite:PATH or postgresql://...
	Issuer    string            `json:"issuer"`
	Audience  string            `json:"audience"`
	Algorithm string            `json:"algorithm"` // the only one that tokens may have
	Keys      map[string]string `json:"keys"`      // key id to file; from the folder of this one
}

// readConfig refuses fields that it does not know: one that is misspelt would be left out.
func readConfig(path string) (*config, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	decoder := json.NewDecoder(file)
	decoder.DisallowUnknownFields()
	var c config
	if err := decoder.Decode(&c); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("%s: there is more than one value", path)
	}
	for _, field := range []struct{ name, value string }{
		{"listen", c.Listen}, {"db", c.DB}, {"issuer", c.Issuer}, {"audience", c.Audience},
		{"algorithm", c.Algorithm},
	} {
		if field.value == "" {
			return nil, fmt.Errorf("%s: %q is missing", path, field.name)
		}
	}
	return &c, nil
}
