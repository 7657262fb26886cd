import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AuditUnavailableError, advisoriesOf, npmAudit } from "../../ci/audit/npm-audit";

/** As the registry's bulk endpoint answers: https://docs.npmjs.com/cli/commands/npm-audit#bulk-advisory-endpoint */
const ADVISORIES = {
  weak: [
    {
      id: 1097678,
      url: "https://github.com/advisories/GHSA-29mw-wpgm-hmr9",
      title: "Regular Expression Denial of Service",
      severity: "moderate",
      vulnerable_versions: "<2.0.0",
      cwe: ["CWE-1333"],
      cvss: { score: 5.3, vectorString: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L" },
    },
  ],
};

const PACKAGES: Readonly<Record<string, object>> = {
  weak: packument("weak", { "1.0.0": {}, "2.0.0": {} }),
  dependent: packument("dependent", { "1.0.0": { weak: "^1.0.0" } }),
};

function packument(name: string, versions: Readonly<Record<string, object>>) {
  return {
    name,
    "dist-tags": { latest: Object.keys(versions).at(-1) },
    versions: Object.fromEntries(
      Object.entries(versions).map(([version, dependencies]) => [
        version,
        { name, version, dependencies, dist: { tarball: `http://127.0.0.1/${name}.tgz` } },
      ]),
    ),
  };
}

const LOCKFILE = {
  name: "project",
  version: "1.0.0",
  lockfileVersion: 3,
  requires: true,
  packages: {
    "": { name: "project", version: "1.0.0", dependencies: { dependent: "1.0.0" } },
    "node_modules/dependent": { version: "1.0.0", dependencies: { weak: "^1.0.0" } },
    "node_modules/weak": { version: "1.0.0" },
  },
};

// The real npm writes the reports that are read here, so a change of its format is seen.
describe("npmAudit", () => {
  let project: string;
  let server: Server;
  let registry: string;
  let audits: boolean;

  beforeEach(async () => {
    audits = true;
    project = mkdtempSync(join(tmpdir(), "npm-audit-test-"));
    writeFileSync(join(project, "package.json"), JSON.stringify(LOCKFILE.packages[""]));
    writeFileSync(join(project, "package-lock.json"), JSON.stringify(LOCKFILE));
    server = createServer(({ method, url = "" }, response) => {
      const body = method === "POST" ? (audits ? ADVISORIES : undefined) : PACKAGES[url.slice(1)];
      response.writeHead(body === undefined ? 405 : 200, { "content-type": "application/json" });
      response.end(body && JSON.stringify(body));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });

  afterEach(async () => {
    rmSync(project, { recursive: true });
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  test("names each advisory once, with the package that has it", async () => {
    expect(await npmAudit(project, registry)).toEqual([
      {
        id: "GHSA-29mw-wpgm-hmr9",
        package: "weak",
        title: "Regular Expression Denial of Service",
        severity: "moderate",
        range: "<2.0.0",
        nodes: ["node_modules/weak"],
      },
    ]);
  });

  test("answers with nothing when there is nothing", async () => {
    const { "node_modules/dependent": _, "node_modules/weak": __, ...packages } = LOCKFILE.packages;
    const lockfile = { ...LOCKFILE, packages: { "": { ...packages[""], dependencies: {} } } };
    writeFileSync(join(project, "package.json"), JSON.stringify(lockfile.packages[""]));
    writeFileSync(join(project, "package-lock.json"), JSON.stringify(lockfile));

    expect(await npmAudit(project, registry)).toEqual([]);
  });

  test("says that the registry answers no audits", async () => {
    audits = false;

    const work = npmAudit(project, registry);

    await expect(work).rejects.toBeInstanceOf(AuditUnavailableError);
    await expect(work).rejects.toThrow(`405 Method Not Allowed - POST ${registry}`);
  });

  test("says that there is no lockfile", async () => {
    rmSync(join(project, "package-lock.json"));

    await expect(npmAudit(project, registry)).rejects.toThrow(/requires an existing lockfile/i);
  });
});

describe("advisoriesOf", () => {
  test("says what npm said when it wrote no JSON", () => {
    expect(() => advisoriesOf("", "npm error ENOTFOUND")).toThrow(
      "npm audit wrote no report: npm error ENOTFOUND",
    );
  });

  test("takes no report of another version for an empty one", () => {
    expect(() => advisoriesOf('{"auditReportVersion":3,"vulnerabilities":{}}')).toThrow(
      AuditUnavailableError,
    );
  });
});
