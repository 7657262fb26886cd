import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allStacks } from "../support/all-stacks";
import { differences, readAddresses, writeAddresses } from "../support/stored-addresses";

const HELP = `
Terraform destroys what is at an address that is no more, and makes what is at a new one. For a resource that was only
renamed: keep it with moveTo, or a moved block, and write a note in docs/upgrading.md. Then, and for what is really
new or gone: npm run addresses
`;

const found = new Map([...allStacks()].map(([id, { addresses }]) => [id, addresses]));

test("every resource is where it was: its address is in somebody's state", () => {
  const changed = differences(readAddresses(), found);
  if (changed.length > 0) throw new Error(`Addresses that have changed:\n${changed.join("\n")}\n${HELP}`);
});

test("what has gone and what has come is told by stack, and a whole stack too", () => {
  const before = new Map([
    ["dev-orders", ["aws_kms_key.key", "aws_db_instance.database"]],
    ["dev-stock", ["aws_kms_key.key"]],
  ]);
  const after = new Map([
    ["dev-orders", ["aws_kms_key.key", "aws_db_instance.instance"]],
    ["dev-network", ["aws_vpc.vpc"]],
  ]);
  expect(differences(before, before)).toEqual([]);
  expect(differences(before, after)).toEqual([
    "+ dev-network: aws_vpc.vpc",
    "- dev-orders: aws_db_instance.database",
    "+ dev-orders: aws_db_instance.instance",
    "- dev-stock: aws_kms_key.key",
  ]);
});

test("npm run addresses writes them down, and forgets stacks that are no more", () => {
  // given
  const folder = mkdtempSync(join(tmpdir(), "addresses-test-"));
  writeAddresses(new Map([["gone", ["aws_vpc.vpc"]]]), folder);

  // when
  execFileSync("npm", ["run", "--silent", "addresses", "--", folder], { encoding: "utf8", stdio: "pipe" });

  // then
  expect(differences(readAddresses(folder), found)).toEqual([]);
  rmSync(folder, { recursive: true });
});
