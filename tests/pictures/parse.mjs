// parse.mjs FOLDER FILE... - Mermaid's own parser, which npm has installed in FOLDER, reads each FILE
// as a flowchart. Writes a line of JSON for each: the names of its nodes, and its edges.
import fs from "fs";
import path from "path";
import { pathToFileURL } from "url";

const [folder, ...files] = process.argv.slice(2);
const load = (file) =>
  import(pathToFileURL(path.resolve(folder, "node_modules", file)).href);
const { JSDOM } = await load("jsdom/lib/api.js");
const page = new JSDOM("<!DOCTYPE html><body></body>");
globalThis.window = page.window;
globalThis.document = page.window.document;
const mermaid = (await load("mermaid/dist/mermaid.core.mjs")).default;
mermaid.initialize({ startOnLoad: false, maxEdges: 1e6, maxTextSize: 1e9 });
for (const file of files) {
  const diagram = await mermaid.mermaidAPI.getDiagramFromText(
    fs.readFileSync(file, "utf8"));
  const edges = diagram.db.getEdges().map((edge) => [edge.start, edge.end]);
  const nodes = [...diagram.db.getVertices().keys()];
  console.log(JSON.stringify({ nodes, edges }));
}
