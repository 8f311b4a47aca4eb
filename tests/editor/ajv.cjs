// Which documents ajv refuses: ajv.cjs FOLDER SCHEMA, where FOLDER has the package `ajv`. Standard
// input has a document a line, as JSON; the numbers of the refused lines, from 0, are written.
const fs = require("fs");
const { createRequire } = require("module");
const [folder, schema] = process.argv.slice(2);
const Ajv = createRequire(folder + "/")("ajv");
const validate = new Ajv({ strictTypes: false }).compile(JSON.parse(fs.readFileSync(schema)));
fs.readFileSync(0, "utf8").trimEnd().split("\n").forEach((line, number) => {
    if (!validate(JSON.parse(line)))
        console.log(number);
});
