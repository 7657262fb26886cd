import { SecretsManagerError } from "../../local/secret-store";
import type { Interception } from "../../local/secrets-manager";
import type { PolicyStatement } from "../../stacks/policy-document";

/**
 * What Secrets Manager asks KMS for in its caller's name, with the secret's ARN as encryption context.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html#security-encryption-using-cmk
 */
const KMS_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  GetSecretValue: ["kms:Decrypt"],
  PutSecretValue: ["kms:GenerateDataKey"],
};

/** Requests of whoever deploys: they are not the function's. */
const DEPLOYER = ["CreateSecret", "RotateSecret", "TagResource"];

/** Stands in for IAM before a Secrets Manager: lets through what a role's policy allows, and keeps book. */
export class PolicyGuard {
  /** Allowed and asked for: statement, action and resource. */
  readonly used = new Set<string>();
  /** Asked for and refused: actions. */
  readonly refused = new Set<string>();

  /** @param key ARN of the key that encrypts the secrets; undefined is AWS's own, which asks nothing of its caller */
  constructor(
    readonly statements: readonly PolicyStatement[],
    readonly key: string | undefined,
  ) {}

  /** Everything the policy allows, in the words of {@link used}. */
  get allowed(): Set<string> {
    return new Set(
      this.statements.flatMap(({ Sid, Action, Resource, Condition }) =>
        [Action].flat().flatMap((action) =>
          // A key is one resource; which secrets it is used for stands in the condition.
          (action.startsWith("kms:") ? secretsOf(Condition) : [Resource ?? []].flat()).map((secret) =>
            entry(Sid, action, secret),
          ),
        ),
      ),
    );
  }

  intercept(operation: string, secretArn: string): Interception {
    if (DEPLOYER.includes(operation)) return "proceed";
    for (const action of [
      `secretsmanager:${operation}`,
      ...(this.key ? (KMS_ACTIONS[operation] ?? []) : []),
    ]) {
      const statement = this.statements.find((candidate) => allows(candidate, action, secretArn, this.key));
      if (statement === undefined) {
        this.refused.add(action);
        return new SecretsManagerError("AccessDeniedException", `not authorized to perform: ${action}`);
      }
      this.used.add(entry(statement.Sid, action, secretArn));
    }
    return "proceed";
  }
}

function allows(
  { Effect, Action, Resource, Condition }: PolicyStatement,
  action: string,
  secret: string,
  key: string | undefined,
) {
  if (Effect !== "Allow" || ![Action].flat().includes(action)) return false;
  if (!action.startsWith("kms:")) return [Resource ?? []].flat().includes(secret);
  return (
    Resource === key &&
    secretsOf(Condition).includes(secret) &&
    Condition?.StringEquals?.["kms:ViaService"] === "secretsmanager.eu-west-1.amazonaws.com"
  );
}

function secretsOf(condition: PolicyStatement["Condition"]): readonly string[] {
  return [condition?.StringEquals?.["kms:EncryptionContext:SecretARN"] ?? []].flat();
}

function entry(...parts: string[]): string {
  return parts.join(" ");
}
