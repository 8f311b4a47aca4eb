package tracedag

// #include <tracedag/tracedag.h>
import "C"

// A Picture is what [DAG.Draw] draws.
type Picture uint32

// The pictures.
const (
	PictureText    Picture = C.TRACEDAG_PICTURE_TEXT    // lines for a terminal, or a list where they are many
	PictureMermaid Picture = C.TRACEDAG_PICTURE_MERMAID // a flowchart of Mermaid
	PictureDOT     Picture = C.TRACEDAG_PICTURE_DOT     // for the programs of Graphviz
)

// String gives the word that the command takes: text, mermaid or dot.
func (p Picture) String() string {
	return word([]string{PictureText: "text", PictureMermaid: "mermaid", PictureDOT: "dot"},
		uint32(p))
}

// Draw gives the jobs and what they read as the command tracedag graph draws them, ending with LF.
// Findings of the report, which may be nil, stand at what they are about; its document is read again.
// What changed since the older version is marked, which may be nil, and whose data is made anew.
// Terminal colours are for PictureText alone.
func (d *DAG) Draw(picture Picture, report *Report, older *DAG, color bool) (string, error) {
	var batch batch
	defer batch.release()
	if err := batch.add(report, ""); err != nil {
		return "", err
	}
	handle, err := d.open()
	if err != nil {
		return "", err
	}
	defer d.done()
	change, err := older.changeTo(handle)
	defer C.tracedag_diff_unref(change)
	if err != nil {
		return "", err
	}
	var flags C.uint32_t
	if color {
		flags |= C.TRACEDAG_DRAW_COLOR
	}
	var text *C.char
	var size C.size_t
	status := C.tracedag_dag_draw(handle, batch.reports[0], change, C.uint32_t(picture),
		flags, &text, &size)
	return string(copyOwnedText(text, size)), fault(status)
}

// changeTo compares with a newer version; there is no change from nil.
func (d *DAG) changeTo(newer *C.tracedag_dag) (*C.tracedag_diff, error) {
	if d == nil {
		return nil, nil
	}
	handle, err := d.open()
	if err != nil {
		return nil, err
	}
	defer d.done()
	var change *C.tracedag_diff
	err = fault(C.tracedag_diff_new(handle, newer, &change))
	return change, err
}
