import { type Declaration, must, ofType, type Rule } from "./rule";
import { parsed, type Statement, statements, texts } from "./statements";
import { POLICIES_OF_THEMSELVES, WILDCARD_RESOURCES } from "./wildcards";

const WILDCARD = /[*?]/;

/** A rule about each statement that allows something. @param check yields each problem, to follow the statement's path */
function allowing(
  name: string,
  check: (statement: Statement, declaration: Declaration) => Iterable<string>,
): Rule {
  return {
    name,
    applies: (declaration) => !statements(declaration).next().done,
    *check(declaration) {
      for (const [path, statement] of statements(declaration)) {
        if (statement.Effect === "Deny") continue;
        for (const problem of check(statement, declaration)) yield `${path}.${problem}`;
      }
    },
  };
}

const namedActions = allowing("policies that name each action", function* ({ Action = [] }) {
  for (const action of [Action].flat().filter((each) => WILDCARD.test(each))) {
    yield must("Action", "an action without wildcard", action);
  }
});

const positive = allowing("policies that say what they allow, not what they do not", function* (statement) {
  for (const element of ["NotAction", "NotPrincipal", "NotResource"] as const) {
    if (statement[element] !== undefined) {
      yield must(
        element,
        `left out: ${element.slice("Not".length)} says what is allowed`,
        statement[element],
      );
    }
  }
});

const namedResources = allowing(
  "policies that name each resource, or say why not",
  function* ({ Sid = "", Resource = [] }, { type }) {
    for (const resource of [Resource].flat().filter((each) => WILDCARD.test(each))) {
      if (resource === "*" && POLICIES_OF_THEMSELVES.includes(type)) continue;
      const listed = WILDCARD_RESOURCES[Sid] ?? [];
      if (listed.some((each) => each.resource.test(resource))) continue;
      yield must(
        "Resource",
        "without wildcard, or in stacks/guard-rails/wildcards.ts with its reason",
        resource,
      );
    }
  },
);

/** Conditions that say who it is, whoever else the principal lets in. */
const WHO = /^(aws:(Principal|Source)(Account|Arn|OrgID|OrgPaths)|kms:CallerAccount)$/i;
/** Operators under which a request without the key, or with any value, is let in. */
const LENIENT = /IfExists$|^Null$|Not|^ForAllValues:/;

const namedPrincipals = allowing(
  "policies that say whom they allow",
  function* ({ Principal, Condition = {} }) {
    const principals = typeof Principal === "string" ? [Principal] : Object.values(Principal ?? {}).flat();
    const keys = Object.entries(Condition)
      .filter(([operator]) => !LENIENT.test(operator))
      .flatMap(([, compared]) => Object.entries(compared))
      .flatMap(([key, values]) => ([values].flat().includes("*") ? [] : [key]));
    if (principals.some((each) => WILDCARD.test(each)) && !keys.some((key) => WHO.test(key))) {
      yield must(
        "Principal",
        "named, or have a condition on who it is, such as aws:PrincipalAccount",
        Principal,
      );
    }
    // Otherwise every repository, or user, of that provider is let in.
    if (
      typeof Principal === "object" &&
      "Federated" in Principal &&
      !keys.some((key) => key.endsWith(":sub"))
    ) {
      yield must("Condition", "on the :sub of the federated identity too", Condition);
    }
  },
);

const ownPolicies: Rule = {
  name: "policies of our own",
  applies: ofType("aws_iam_role", "aws_iam_role_policy_attachment"),
  *check({ attributes }) {
    for (const [path, text] of texts(attributes)) {
      // They hold wildcards, and AWS adds to them.
      if (/:iam::aws:policy\//.test(text))
        yield must(path, "a policy that is declared, not one of AWS's", text);
    }
  },
};

/** Where a policy stands, by the attribute's name. */
const POLICY = /(^|[._])policy(_document)?$/;

const readablePolicies: Rule = {
  name: "policies that can be checked",
  applies: ({ attributes }) => [...texts(attributes)].some(([path]) => POLICY.test(path)),
  *check({ attributes }) {
    for (const [path, text] of texts(attributes)) {
      // What Terraform puts together is not known when the app is synthesized.
      if (POLICY.test(path) && parsed(text) === undefined) {
        yield must(path, "JSON, as policyDocument() writes it, so that it can be checked", text);
      }
    }
  },
};

export const policies: readonly Rule[] = [
  namedActions,
  positive,
  namedResources,
  namedPrincipals,
  ownPolicies,
  readablePolicies,
];
