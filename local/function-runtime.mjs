// What Lambda's Node.js runtime does, for one execution environment: loads the handler once, then serves one
// event after another. Runs in a child process of its own, started by function.ts; plain JavaScript, so that it
// needs no loader and sees nothing of this repository.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const { LAMBDA_TASK_ROOT, _HANDLER } = process.env;

async function loadHandler() {
  const dot = _HANDLER.lastIndexOf(".");
  const stem = join(LAMBDA_TASK_ROOT, _HANDLER.slice(0, dot));
  const file = [".js", ".mjs", ".cjs"].map((extension) => stem + extension).find((path) => existsSync(path));
  if (file === undefined) throw named("Runtime.ImportModuleError", `Error: Cannot find module '${stem}'`);
  const exported = await import(pathToFileURL(file).href);
  const name = _HANDLER.slice(dot + 1);
  const handler = exported[name] ?? exported.default?.[name];
  if (typeof handler !== "function") {
    throw named("Runtime.HandlerNotFound", `${_HANDLER} is undefined or not exported`);
  }
  return handler;
}

function named(name, message) {
  return Object.assign(new Error(message), { name });
}

// As in https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html
function described(error) {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") };
}

const loading = loadHandler();
loading.catch(() => undefined); // Answered to the event that comes.

process.on("message", async ({ event, context, deadline }) => {
  try {
    const handler = await loading;
    const result = await handler(event, {
      ...context,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    });
    process.send({ result: result === undefined ? null : result });
  } catch (error) {
    process.send({ error: described(error) });
  }
});

// The parent has gone, however it went.
process.on("disconnect", () => process.exit());
