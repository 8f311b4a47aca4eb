// Reads lines `[EXPRESSION, START, COUNT]`, JSON, and writes for each the list of next runs that
// cron-parser gives, as seconds since 1970 like START.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(process.env.CRON_PARSER_FOLDER + "/");
const { CronExpressionParser } = require("cron-parser");

function runs(expression, start, count) {
    const options = { currentDate: new Date(start * 1000), tz: "UTC" };
    const found = CronExpressionParser.parse(expression, options);
    return found.take(count).map((run) => run.getTime() / 1000);
}

for (const line of readFileSync(0, "utf8").split("\n")) {
    let answer;
    try {
        answer = runs(...JSON.parse(line));
    } catch (fault) {
        answer = String(fault);
    }
    console.log(JSON.stringify(answer));
}
