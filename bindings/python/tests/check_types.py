"""What a type checker must refuse. It is not run: mypy complains of a comment that is not needed."""
from __future__ import annotations

import tracedag

dag = tracedag.load("", jobs=7)
report = tracedag.check(b"", options=tracedag.Options(depth=7))

# Words that do not exist.
tracedag.dumps(dag, form="resolved", syntax="yaml")
tracedag.dumps(dag, form="json")  # type: ignore[arg-type]
tracedag.dumps(dag, syntax="toml")  # type: ignore[arg-type]
dag.dumps(form="full")  # type: ignore[arg-type]
dag.dumps(syntax="toml")  # type: ignore[arg-type]
report.render("json")
report.render("xml")  # type: ignore[arg-type]
tracedag.render([report, "gone.yaml", b"gone.yaml"], "github")
tracedag.render([None])  # type: ignore[list-item]

# What a catalog is made of.
field = tracedag.CatalogField(tracedag.FieldType.INTEGER, min=1)
catalog = tracedag.Catalog([tracedag.Operator("a", config={"b": field})])
tracedag.check(b"", catalog=catalog)
tracedag.check(b"", catalog="catalog.yaml")  # type: ignore[arg-type]
tracedag.CatalogField("integer")  # type: ignore[arg-type]
tracedag.Catalog(["a"])  # type: ignore[list-item]
catalog.operators[0]  # type: ignore[index]

# What never changes.
dag.hash = ""  # type: ignore[misc]
report.valid = True  # type: ignore[misc]
dag.jobs[0].name = ""  # type: ignore[misc]
dag.jobs[0].config["a"] = 1  # type: ignore[index]
dag.jobs[0].inputs[0].where["a"] = 1  # type: ignore[index]
report[0].data["a"] = 1  # type: ignore[index]
dag.origins["a"] = {}  # type: ignore[index]

# What may be missing.
report.dag.name  # type: ignore[union-attr]
