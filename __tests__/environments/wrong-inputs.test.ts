import { inspect } from "node:util";
import { problemsOf } from "../support/configuration";
import { engines } from "./wrong-inputs/engines";
import { environment } from "./wrong-inputs/environment";
import { existingDatabase } from "./wrong-inputs/existing-database";
import { instance } from "./wrong-inputs/instance";
import { monitoring } from "./wrong-inputs/monitoring";
import { network } from "./wrong-inputs/network";
import { odd } from "./wrong-inputs/odd";
import { secret } from "./wrong-inputs/secret";

const WRONG_INPUTS = [
  ...environment,
  ...network,
  ...instance,
  ...engines,
  ...secret,
  ...existingDatabase,
  ...monitoring,
  ...odd,
];

describe(`${WRONG_INPUTS.length} wrong inputs, each refused with its path, what would be right, and what was given`, () => {
  test("no two are the same", () => {
    const inputs = WRONG_INPUTS.map(({ environments }) => inspect(environments, { depth: null }));
    expect(inputs).toEqual([...new Set(inputs)]);
    expect(WRONG_INPUTS.length).toBeGreaterThanOrEqual(40);
  });

  test.each(WRONG_INPUTS)("$what", ({ environments, problems }) => {
    expect(problemsOf(environments)).toEqual(problems);
  });
});
