import type { Edit } from "../edit";

const ENVIRONMENT = "ci/prepared-changes/app.ts";

/** Five changes of a deployed environment, each as somebody may propose it. */
export const CHANGES: readonly (Edit & { readonly why: string })[] = [
  {
    what: "Nothing",
    why: "A comment in the function: the archive is the same, byte for byte.",
    file: "lambda/rotation/handler.ts",
    edit: (source) => `// A comment.\n${source}`,
  },
  {
    what: "A schedule",
    why: "A user's password is to be rotated every week instead of every month.",
    file: ENVIRONMENT,
    edit: (source) => source.replace("rate(30 days)", "rate(7 days)"),
  },
  {
    what: "A new database",
    why: "It comes in a stack of its own, and touches no other.",
    file: ENVIRONMENT,
    edit: (source) =>
      source.replace(
        "  databases: {\n",
        `  databases: {
    stock: {
      tier: "development",
      users: { app: { grants: [{ privilege: "readonly", schema: "public" }] } },
    },
`,
      ),
  },
  {
    what: "A renamed instance",
    why: "Somebody gives the instance's construct another id, and does not know that its address comes from it.",
    file: "stacks/constructs/database-instance.ts",
    edit: (source) => source.replace("new DbInstance(this, MAIN,", 'new DbInstance(this, "instance",'),
  },
  {
    what: "The function's code",
    why: "A line more in the handler: the archive has another hash, so every function that is made of it changes.",
    file: "lambda/rotation/handler.ts",
    edit: (source) => `${source}\nprocess.title = "rotation";\n`,
  },
];
