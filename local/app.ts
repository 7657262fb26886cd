import { loadEnvironments } from "../environments";
import { dev } from "../environments/dev";
import type { EnvironmentInput } from "../environments/schema";
import { synthesize } from "../stacks/synthesize";

/** The environment dev with its databases on another engine: what `npm start -- --engine <engine>` synthesizes. */
function onEngine(engine: string): EnvironmentInput {
  const databases = Object.entries(dev.databases).map(([name, { users, ...database }]) => [
    name,
    {
      ...database,
      engine,
      users: Object.fromEntries(
        Object.entries(users).map(([key, user]) => [
          key,
          // The MySQL family's schemas are databases, and there is only the one that comes with the instance.
          { ...user, grants: user.grants.slice(0, 1).map((grant) => ({ ...grant, schema: name })) },
        ]),
      ),
    },
  ]);
  return { ...dev, databases: Object.fromEntries(databases) };
}

synthesize(loadEnvironments({ dev: onEngine(process.argv[2] ?? "") }));
