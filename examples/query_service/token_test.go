package main

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// A signer has a private key, and the file that the service gets.
type signer struct {
	method jwt.SigningMethod
	key    any
	file   []byte
}

func newSigner(method jwt.SigningMethod, private, public any) *signer {
	bytes := must(x509.MarshalPKIXPublicKey(public))
	return &signer{method, private, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: bytes})}
}

func rsaSigner(bits int) *signer {
	key := must(rsa.GenerateKey(rand.Reader, bits))
	return newSigner(jwt.SigningMethodRS256, key, key.Public())
}

func ecdsaSigner(method jwt.SigningMethod, curve elliptic.Curve) *signer {
	key := must(ecdsa.GenerateKey(curve, rand.Reader))
	return newSigner(method, key, key.Public())
}

func edSigner() *signer {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	return newSigner(jwt.SigningMethodEdDSA, private, public)
}

func (s *signer) verifier(t *testing.T, algorithm string) (*verifier, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(path, s.file, 0o600); err != nil {
		t.Fatal(err)
	}
	return newVerifier(&config{Issuer: issuer, Audience: audience, Algorithm: algorithm,
		Keys: map[string]string{keyID: path}}, "/nowhere")
}

func (s *signer) sign(subject string) string {
	return sign(s.method, map[string]any{"kid": keyID}, claims(subject), s.key)
}

func subjectOf(v *verifier, token string) (string, error) {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	return v.subject(r)
}

// Each algorithm takes its own tokens, and none of the others or of other keys.
func TestAlgorithms(t *testing.T) {
	signers := map[string]*signer{
		"RS256": rsaSigner(2048), "ES256": ecdsaSigner(jwt.SigningMethodES256, elliptic.P256()),
		"EdDSA": edSigner(), "HS256": {jwt.SigningMethodHS256, []byte(secret), []byte(secret)},
	}
	others := []*signer{
		rsaSigner(2048), ecdsaSigner(jwt.SigningMethodES256, elliptic.P256()), edSigner(),
		{jwt.SigningMethodHS256, []byte("another secret"), nil},
		{jwt.SigningMethodRS512, signers["RS256"].key, nil},
		{jwt.SigningMethodPS256, signers["RS256"].key, nil},
		{jwt.SigningMethodHS512, []byte(secret), nil},
		{jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil},
	}
	for _, s := range signers { // what is public, taken for a secret
		others = append(others, &signer{jwt.SigningMethodHS256, append([]byte{}, s.file[:len(s.file)-1]...), nil})
		if s != signers["HS256"] {
			others = append(others, &signer{jwt.SigningMethodHS256, s.file, nil})
		}
	}
	for algorithm := range signers {
		v, err := signers[algorithm].verifier(t, algorithm)
		if err != nil {
			t.Fatal(algorithm, err)
		}
		for name, s := range signers {
			subject, err := subjectOf(v, s.sign("ann"))
			if name == algorithm && (err != nil || subject != "ann") {
				t.Errorf("%s: %q %v", algorithm, subject, err)
			}
			if name != algorithm && err == nil {
				t.Errorf("%s takes a token of %s", algorithm, name)
			}
		}
		for i, s := range others {
			if _, err := subjectOf(v, s.sign("ann")); err == nil {
				t.Errorf("%s takes the token of other %d, %s", algorithm, i, s.method.Alg())
			}
		}
	}
}

func TestKeysThatAreRefused(t *testing.T) {
	private := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY",
		Bytes: must(x509.MarshalPKCS8PrivateKey(rsaSigner(2048).key))})
	for _, of := range []struct {
		algorithm string
		file      []byte
	}{
		{"none", nil}, {"", []byte(secret)}, {"hs256", []byte(secret)}, {"RS512", rsaSigner(2048).file},
		{"HS256", []byte("short")}, {"HS256", nil},
		{"RS256", rsaSigner(1024).file}, {"RS256", []byte(secret)}, {"RS256", private},
		{"RS256", edSigner().file}, {"EdDSA", rsaSigner(2048).file},
		{"ES256", ecdsaSigner(jwt.SigningMethodES384, elliptic.P384()).file}, {"ES256", edSigner().file},
	} {
		if _, err := (&signer{file: of.file}).verifier(t, of.algorithm); err == nil {
			t.Errorf("%s takes %q", of.algorithm, of.file)
		}
	}
	for _, keys := range []map[string]string{nil, {keyID: "nothing"}, {keyID: "/"}} {
		if _, err := newVerifier(&config{Algorithm: "HS256", Keys: keys}, t.TempDir()); err == nil {
			t.Errorf("%v is taken", keys)
		}
	}
}

// part makes a part of a token.
func part(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// otherBits gives a digit of Base64 that differs in bits which the last one of 32 bytes does not use.
func otherBits(digit byte) string {
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return string(digits[strings.IndexByte(digits, digit)^1])
}

func TestTokens(t *testing.T) {
	store := newSQLite(t)
	store.fill(t)
	s := newService(t, store.reader)
	now := time.Now()
	with := func(name string, value any) string {
		c := claims("ann")
		if c[name] = value; value == nil {
			delete(c, name)
		}
		return sign(jwt.SigningMethodHS256, map[string]any{"kid": keyID}, c, []byte(secret))
	}
	headed := func(header map[string]any) string {
		return sign(jwt.SigningMethodHS256, header, claims("ann"), []byte(secret))
	}
	good := tokenOf("ann")
	parts := strings.Split(good, ".")
	for what, token := range map[string]string{
		"as it should be":       good,
		"expired in the leeway": with("exp", now.Add(-leeway/2).Unix()),
		"valid in the leeway":   with("nbf", now.Add(leeway/2).Unix()),
		"two audiences":         with("aud", []string{"others", audience}),
		"more claims":           with("role", "worker"),
	} {
		if w := ask(s, http.MethodGet, "/v1/orgs/acme/datasets/trades", token); w.Code != 200 {
			t.Errorf("%s: %d %s", what, w.Code, w.Body)
		}
	}
	for what, token := range map[string]string{
		"expired":             with("exp", now.Add(-2*leeway).Unix()),
		"never expires":       with("exp", nil),
		"exp is text":         with("exp", "tomorrow"),
		"not yet":             with("nbf", now.Add(2*leeway).Unix()),
		"another issuer":      with("iss", issuer+"/"),
		"no issuer":           with("iss", nil),
		"another audience":    with("aud", "queries"),
		"no audience":         with("aud", nil),
		"empty audience":      with("aud", []string{}),
		"no subject":          with("sub", nil),
		"empty subject":       with("sub", ""),
		"subject is a number": with("sub", 7),
		"NUL in the subject":  with("sub", "ann\x00"),
		"long subject":        with("sub", strings.Repeat("x", 256)),
		"no key id":           headed(nil),
		"unknown key id":      headed(map[string]any{"kid": "other"}),
		"key id is a path":    headed(map[string]any{"kid": "../key"}),
		"key id is a number":  headed(map[string]any{"kid": 1}),
		"critical extension":  headed(map[string]any{"kid": keyID, "crit": []string{"exp"}}),
		"key inside":          headed(map[string]any{"kid": "x", "jwk": map[string]string{"kty": "oct", "k": part(secret)}}),
		"alg none":            part(`{"alg":"none","kid":"`+keyID+`"}`) + "." + parts[1] + ".",
		"alg None":            part(`{"alg":"None","kid":"`+keyID+`"}`) + "." + parts[1] + "." + parts[2],
		"no alg":              part(`{"kid":"`+keyID+`"}`) + "." + parts[1] + "." + parts[2],
		"no signature":        parts[0] + "." + parts[1] + ".",
		"two parts":           parts[0] + "." + parts[1],
		"four parts":          good + ".x",
		"other claims":        parts[0] + "." + strings.Split(tokenOf("dave"), ".")[1] + "." + parts[2],
		"padded":              good + "=",
		"bits too many":       good[:len(good)-1] + otherBits(good[len(good)-1]),
		"blank":               " " + good,
		"no token":            "x",
		"dots":                "..",
	} {
		w := ask(s, http.MethodGet, "/v1/orgs/acme/datasets/trades", token)
		if w.Code != 401 || w.Body.String() != "{\"error\":\"a valid bearer token is needed\"}\n" ||
			w.Header().Get("WWW-Authenticate") != `Bearer error="invalid_token"` {
			t.Errorf("%s: %d %v %s", what, w.Code, w.Header(), w.Body)
		}
	}
}

func TestNoToken(t *testing.T) {
	s := newService(t, "sqlite:nothing") // which is not even asked
	for _, headers := range [][]string{
		nil, {""}, {"Bearer"}, {"Basic YW5uOmFubg=="}, {tokenOf("ann")}, {"Bearer " + tokenOf("ann"), "x"},
		{"Bearer " + tokenOf("ann"), "Bearer " + tokenOf("ann")},
	} {
		r := httptest.NewRequest(http.MethodGet, "/v1/orgs/acme/datasets?access_token="+tokenOf("ann"), nil)
		r.Header["Authorization"] = headers
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != 401 || w.Header().Get("WWW-Authenticate") != "Bearer" {
			t.Errorf("%v: %d %v", headers, w.Code, w.Header())
		}
	}
}

func TestSchemeInAnyCase(t *testing.T) {
	v := must((&signer{file: []byte(secret)}).verifier(t, "HS256"))
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Authorization", "bEARER "+tokenOf("ann"))
	if subject, err := v.subject(r); subject != "ann" || err != nil {
		t.Error(subject, err)
	}
}
