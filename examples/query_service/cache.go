package main

import (
	"crypto/sha256"
	"sync"
)

// A cache keeps what canonical forms say. To judge one takes about 0.1 s for each 10^6 bytes, to
// hash it by SHA-256 a hundredth of that. The stored bytes are read for every request, and the key
// is their own hash: bytes that were changed are not found here, whatever `yaml_hash` they are
// filed under.
type cache struct {
	most int // bytes of canonical forms; what is kept of one is no more than they are

	mutex sync.Mutex
	size  int
	kept  map[[sha256.Size]byte]kept
}

type kept struct {
	version *version
	size    int
}

func newCache(most int) *cache {
	return &cache{most: most, kept: map[[sha256.Size]byte]kept{}}
}

// version reads a canonical form, or finds what it read before.
func (c *cache) version(canonical []byte) (*version, error) {
	key := sha256.Sum256(canonical)
	c.mutex.Lock()
	found, known := c.kept[key]
	c.mutex.Unlock()
	if known {
		return found.version, nil
	}
	v, err := readVersion(canonical)
	if err == nil && len(canonical) <= c.most {
		c.keep(key, kept{v, len(canonical)})
	}
	return v, err
}

// keep makes room where it has to: any of the others may go.
func (c *cache) keep(key [sha256.Size]byte, of kept) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if _, known := c.kept[key]; known { // by another request in the meantime
		return
	}
	for other, old := range c.kept {
		if c.size+of.size <= c.most {
			break
		}
		delete(c.kept, other)
		c.size -= old.size
	}
	c.kept[key] = of
	c.size += of.size
}
