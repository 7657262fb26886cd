// Loaded into a process that is measured: writes what it used, as Node counts it, to file descriptor 3 when it ends.
const { writeSync } = require("node:fs");

process.once("exit", () => writeSync(3, JSON.stringify(process.resourceUsage())));
