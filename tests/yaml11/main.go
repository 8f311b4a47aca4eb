// Writes what yaml.v3 makes of plain scalars, a line each: type, value, and whether a field of type
// bool takes it. ../check_yaml11.py reads it.
package main

import (
	"bufio"
	"fmt"
	"os"

	"gopkg.in/yaml.v3"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		document := []byte("k: " + lines.Text() + "\n")
		var any struct{ K interface{} }
		var boolean struct{ K bool }
		err := yaml.Unmarshal(document, &any)
		asBool := yaml.Unmarshal(document, &boolean) == nil
		if _, isBool := any.K.(bool); isBool {
			asBool = false
		}
		kind := fmt.Sprintf("%T", any.K)
		switch any.K.(type) {
		case nil:
			kind = "nil"
		case int64, uint64:
			kind = "int"
		}
		if err != nil {
			kind = "error"
		}
		fmt.Printf("%s\t%v\t%v\n", kind, any.K, asBool && any.K != nil)
	}
}
