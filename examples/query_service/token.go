package main

import (
	"crypto/elliptic"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const (
	leeway          = 30 * time.Second // that clocks may differ by
	leastRSABits    = 2048
	leastSecretSize = 32 // as many bytes as the hash of HS256 has
)

// The algorithms that a configuration can choose, and how each reads its key. Which one counts is
// never the choice of a token.
var algorithms = map[string]func([]byte) (any, error){
	"RS256": readRSA,
	"ES256": readECDSA,
	"EdDSA": func(file []byte) (any, error) { return jwt.ParseEdPublicKeyFromPEM(file) },
	"HS256": readSecret,
}

func readRSA(file []byte) (any, error) {
	key, err := jwt.ParseRSAPublicKeyFromPEM(file)
	if err == nil && key.N.BitLen() < leastRSABits {
		return nil, fmt.Errorf("an RSA key has %d bits or more", leastRSABits)
	}
	return key, err
}

func readECDSA(file []byte) (any, error) {
	key, err := jwt.ParseECPublicKeyFromPEM(file)
	if err == nil && key.Curve != elliptic.P256() {
		return nil, errors.New("a key of ES256 is on the curve P-256")
	}
	return key, err
}

func readSecret(file []byte) (any, error) {
	if len(file) < leastSecretSize {
		return nil, fmt.Errorf("a secret has %d bytes or more", leastSecretSize)
	}
	return file, nil
}

// A verifier finds out who asks.
type verifier struct {
	parser *jwt.Parser
	keys   map[string]any // by key id
}

// newVerifier reads the keys; relative paths start at folder.
func newVerifier(c *config, folder string) (*verifier, error) {
	read := algorithms[c.Algorithm]
	if read == nil {
		return nil, fmt.Errorf("algorithm %q: choose RS256, ES256, EdDSA or HS256", c.Algorithm)
	}
	if len(c.Keys) == 0 {
		return nil, errors.New("there are no keys")
	}
	keys := make(map[string]any, len(c.Keys))
	for id, path := range c.Keys {
		if !filepath.IsAbs(path) {
			path = filepath.Join(folder, path)
		}
		file, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("key %q: %w", id, err)
		}
		if keys[id], err = read(file); err != nil {
			return nil, fmt.Errorf("key %q: %s: %w", id, path, err)
		}
	}
	return &verifier{
		parser: jwt.NewParser(
			jwt.WithValidMethods([]string{c.Algorithm}),
			jwt.WithIssuer(c.Issuer),
			jwt.WithAudience(c.Audience),
			jwt.WithExpirationRequired(),
			jwt.WithLeeway(leeway),
			jwt.WithStrictDecoding(),
		),
		keys: keys,
	}, nil
}

var errNoToken = errors.New("there is no bearer token")

// subject gives the subject of the token that a request has. The error is [errNoToken], or says
// what is wrong with the token; it is for the log.
func (v *verifier) subject(r *http.Request) (string, error) {
	headers := r.Header.Values("Authorization")
	if len(headers) != 1 {
		return "", errNoToken
	}
	scheme, text, found := strings.Cut(headers[0], " ")
	if !found || !strings.EqualFold(scheme, "Bearer") {
		return "", errNoToken
	}
	var claims jwt.RegisteredClaims
	if _, err := v.parser.ParseWithClaims(text, &claims, v.key); err != nil {
		return "", err
	}
	if !isName(claims.Subject) {
		return "", errors.New("the subject is no name")
	}
	return claims.Subject, nil
}

func (v *verifier) key(token *jwt.Token) (any, error) {
	// What `crit` lists has to be understood, and nothing is here.
	if _, critical := token.Header["crit"]; critical {
		return nil, errors.New("the token has critical extensions")
	}
	id, _ := token.Header["kid"].(string)
	key, known := v.keys[id]
	if !known {
		return nil, errors.New("the key is not known")
	}
	return key, nil
}
