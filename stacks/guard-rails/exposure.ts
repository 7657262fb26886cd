import { must, ofType, type Rule } from "./rule";

const privateInstances: Rule = {
  name: "databases without a public address",
  applies: ofType("aws_db_instance"),
  *check({ attributes: { publicly_accessible } }) {
    if (publicly_accessible !== false) yield must("publicly_accessible", "false", publicly_accessible);
  },
};

const privateSubnets: Rule = {
  name: "subnets without public addresses",
  applies: ofType("aws_subnet"),
  *check({ attributes: { map_public_ip_on_launch } }) {
    if (map_public_ip_on_launch !== false) {
      yield must("map_public_ip_on_launch", "false", map_public_ip_on_launch);
    }
  },
};

const lockedDefaultGroup: Rule = {
  name: "default security groups without rules",
  applies: ofType("aws_default_security_group"),
  *check({ attributes }) {
    for (const attribute of ["ingress", "egress"]) {
      if (attributes[attribute] !== undefined) yield must(attribute, "left out", attributes[attribute]);
    }
  },
};

/** Shortest prefix of a source: the largest private network is 10.0.0.0/8, the largest assignment of IPv6 a /32. */
const SHORTEST_PREFIX = { cidr_ipv4: 8, cidr_ipv6: 32 } as const;

const closedIngress: Rule = {
  name: "no way in from the internet",
  applies: ofType("aws_vpc_security_group_ingress_rule"),
  *check({ attributes }) {
    for (const [attribute, shortest] of Object.entries(SHORTEST_PREFIX)) {
      const cidr = attributes[attribute];
      // A reference is to a network that is declared, and so checked, elsewhere.
      const prefix = /\/(\d+)$/.exec(typeof cidr === "string" ? cidr : "")?.[1];
      if (prefix !== undefined && Number(prefix) < shortest) {
        yield must(attribute, `a /${shortest} at the most, or better a security group`, cidr);
      }
    }
  },
};

/** Rules within a group are not the ones above. */
const separateRules: Rule = {
  name: "security groups' rules declared apart",
  applies: ofType("aws_security_group"),
  *check({ attributes }) {
    for (const attribute of ["ingress", "egress"]) {
      if (attributes[attribute] !== undefined) {
        yield must(attribute, `an aws_vpc_security_group_${attribute}_rule`, attributes[attribute]);
      }
    }
  },
};

const blockedSecretPolicies: Rule = {
  name: "secrets' policies that cannot be public",
  applies: ofType("aws_secretsmanager_secret_policy"),
  *check({ attributes: { block_public_policy } }) {
    if (block_public_policy !== true) yield must("block_public_policy", "true", block_public_policy);
  },
};

const knownCallers: Rule = {
  name: "functions called for this account only",
  applies: ofType("aws_lambda_permission"),
  *check({ attributes: { principal, source_account, source_arn } }) {
    if (principal === "*") yield must("principal", "a service or an account", principal);
    // A service calls for whoever asks it to, unless this says for whom.
    if (source_account === undefined && source_arn === undefined) {
      yield must("source_account or source_arn", "set", undefined);
    }
  },
};

const restrictedEndpoints: Rule = {
  name: "endpoints with a policy",
  applies: ofType("aws_vpc_endpoint"),
  *check({ attributes: { policy } }) {
    if (policy === undefined) yield must("policy", "set: AWS's default lets everybody do everything", policy);
  },
};

export const exposure: readonly Rule[] = [
  privateInstances,
  privateSubnets,
  lockedDefaultGroup,
  closedIngress,
  separateRules,
  blockedSecretPolicies,
  knownCallers,
  restrictedEndpoints,
];
