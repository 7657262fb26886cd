import { postgres } from "../../lambda/rotation/engines/postgres";
import { createHandler } from "../../lambda/rotation/handler";
import { secretsManagerEndpoint, strategyName } from "../../lambda/rotation/settings";

const tagged = (strategy: string) => new Map([["rotation-strategy", strategy]]);
const variable = (strategy: string) => ({ ROTATION_STRATEGY: strategy });

describe("the strategy", () => {
  test.each([
    ["without tag and variable", new Map(), {}, "single-user"],
    ["with an empty variable", new Map(), variable(""), "single-user"],
    ["of the variable", new Map(), variable("alternating-users"), "alternating-users"],
    ["of the tag", tagged("alternating-users"), {}, "alternating-users"],
    [
      "of the tag, whatever the variable",
      tagged("single-user"),
      variable("alternating-users"),
      "single-user",
    ],
  ])("%s", (_what, tags, environment, strategy) => {
    expect(strategyName(tags, environment)).toBe(strategy);
  });

  test.each([
    ["tag rotation-strategy", tagged("multi-user"), {}],
    ["ROTATION_STRATEGY", new Map(), variable("multi-user")],
  ])("that there is none of is named, and where it stands: %s", (where, tags, environment) => {
    expect(() => strategyName(tags, environment)).toThrow(
      `${where} must be single-user or alternating-users, got "multi-user"`,
    );
  });
});

describe("the endpoint of Secrets Manager", () => {
  test.each([undefined, ""])("%j is the SDK's own", (SECRETS_MANAGER_ENDPOINT) => {
    expect(secretsManagerEndpoint({ SECRETS_MANAGER_ENDPOINT })).toBeUndefined();
  });

  test("is what the variable says", () => {
    const SECRETS_MANAGER_ENDPOINT = "https://secretsmanager.example.com";
    expect(secretsManagerEndpoint({ SECRETS_MANAGER_ENDPOINT })).toBe(SECRETS_MANAGER_ENDPOINT);
  });

  test.each(["secretsmanager.example.com", "https://", "localhost:80"])(
    "%s is refused by the step, with the variable's name, and does not keep the function from starting",
    async (endpoint) => {
      process.env.SECRETS_MANAGER_ENDPOINT = endpoint;
      const write = jest.spyOn(process.stdout, "write").mockReturnValue(true);
      try {
        const handler = createHandler(postgres);
        const event = { Step: "createSecret", SecretId: "app", ClientRequestToken: "a".repeat(32) };
        await expect(handler(event, { getRemainingTimeInMillis: () => 10_000 })).rejects.toMatchObject({
          name: "SettingError",
          message: `SECRETS_MANAGER_ENDPOINT must be a URL, https://host, got "${endpoint}"`,
        });
      } finally {
        write.mockRestore();
        delete process.env.SECRETS_MANAGER_ENDPOINT;
      }
    },
  );
});
