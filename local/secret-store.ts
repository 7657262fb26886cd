import { randomBytes } from "node:crypto";

/**
 * Secrets in memory, with the semantics of AWS Secrets Manager for versions and staging labels.
 * Behaviour from https://docs.aws.amazon.com/secretsmanager/latest/apireference/ (the page of each operation);
 * texts of errors as the service words them where they are known from its users' logs.
 */

export type ErrorType =
  | "AccessDeniedException"
  | "InternalServiceError"
  | "InvalidNextTokenException"
  | "InvalidParameterException"
  | "InvalidRequestException"
  | "LimitExceededException"
  | "ResourceExistsException"
  | "ResourceNotFoundException"
  | "ThrottlingException"
  | "UnknownOperationException"
  | "ValidationException";

/** An error as the service answers it. */
export class SecretsManagerError extends Error {
  constructor(
    readonly type: ErrorType,
    message: string,
  ) {
    super(message);
    this.name = type;
  }
}

export interface SecretValue {
  readonly SecretString?: string | undefined;
  /** Base64. */
  readonly SecretBinary?: string | undefined;
}

export interface Version {
  readonly id: string;
  readonly created: Date;
  readonly labels: Set<string>;
  /** None for a version that a rotation has created and its function not yet filled. */
  value?: SecretValue;
}

export interface RotationRules {
  readonly AutomaticallyAfterDays?: number | undefined;
  readonly Duration?: string | undefined;
  readonly ScheduleExpression?: string | undefined;
}

export interface Rotation {
  enabled: boolean;
  functionArn: string;
  rules: RotationRules;
}

export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly kmsKeyId?: string | undefined;
  readonly created: Date;
  changed: Date;
  lastRotated?: Date;
  readonly tags: Map<string, string>;
  readonly versions: Map<string, Version>;
  rotation?: Rotation;
}

export interface NewSecret extends SecretValue {
  readonly Name: string;
  readonly ClientRequestToken: string;
  readonly Description?: string | undefined;
  readonly KmsKeyId?: string | undefined;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[] | undefined;
}

export interface LabelMove {
  readonly VersionStage: string;
  readonly MoveToVersionId?: string | undefined;
  readonly RemoveFromVersionId?: string | undefined;
}

export const CURRENT = "AWSCURRENT";
export const PREVIOUS = "AWSPREVIOUS";
export const PENDING = "AWSPENDING";

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const MAX_LABELS = 20;

export class SecretStore {
  readonly #secrets = new Map<string, Secret>();

  /** @param arnPrefix what stands before the name in an ARN, as `arn:aws:secretsmanager:<region>:<account>:secret:` */
  constructor(readonly arnPrefix: string) {}

  /** Finds a secret by its name, its ARN, or its ARN without the six characters AWS adds to the name. */
  find(id: string): Secret {
    const secret = this.#secrets.get(id);
    if (secret !== undefined) return secret;
    for (const candidate of this.#secrets.values()) {
      if (candidate.arn === id || candidate.arn.slice(0, -"-xxxxxx".length) === id) return candidate;
    }
    throw new SecretsManagerError(
      "ResourceNotFoundException",
      "Secrets Manager can't find the specified secret.",
    );
  }

  /** Creates a secret; without a value it has no version at all. */
  create(input: NewSecret): Secret {
    const existing = this.#secrets.get(input.Name);
    if (existing !== undefined) {
      // "If a version with this value already exists and its SecretString and SecretBinary are the same as in
      // the request, then the request is ignored." API_CreateSecret, ClientRequestToken
      const version = existing.versions.get(input.ClientRequestToken);
      if (version !== undefined && hasValue(input) && sameValue(version.value, input)) return existing;
      throw new SecretsManagerError(
        "ResourceExistsException",
        `The operation failed because the secret ${input.Name} already exists.`,
      );
    }
    const now = new Date();
    const secret: Secret = {
      arn: `${this.arnPrefix}${input.Name}-${randomBytes(3).toString("hex")}`,
      name: input.Name,
      description: input.Description,
      kmsKeyId: input.KmsKeyId,
      created: now,
      changed: now,
      tags: new Map((input.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
      versions: new Map(),
    };
    this.#secrets.set(secret.name, secret);
    if (hasValue(input)) this.put(secret, input.ClientRequestToken, input, [CURRENT]);
    return secret;
  }

  /** Reads a version: by id, by label, by both (which must agree), by default the current one. */
  read(secret: Secret, id?: string, label?: string): Version & { readonly value: SecretValue } {
    const stage = label ?? CURRENT;
    const version = id === undefined ? holder(secret, stage) : secret.versions.get(id);
    if (version !== undefined && id !== undefined && label !== undefined && !version.labels.has(label)) {
      throw new SecretsManagerError(
        "InvalidRequestException",
        "You provided a VersionStage that is not associated to the provided VersionId.",
      );
    }
    // "During rotation, Secrets Manager creates an AWSPENDING version ID before creating the new secret version.
    // To check if a secret version exists, call GetSecretValue." API_DescribeSecret, VersionIdsToStages
    if (version?.value === undefined) {
      const what = id === undefined ? `staging label: ${stage}` : `VersionId: ${id}`;
      throw new SecretsManagerError(
        "ResourceNotFoundException",
        `Secrets Manager can't find the specified secret value for ${what}`,
      );
    }
    return { ...version, value: version.value };
  }

  /** Stores a value under a version id; the same value again changes nothing, another value is refused. */
  put(secret: Secret, id: string, value: SecretValue, labels: readonly string[]): Version {
    const existing = secret.versions.get(id);
    if (existing?.value !== undefined) {
      if (sameValue(existing.value, value)) return existing;
      throw new SecretsManagerError(
        "ResourceExistsException",
        `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${secret.arn}.`,
      );
    }
    const isFirst = ![...secret.versions.values()].some((version) => version.value !== undefined);
    const version = existing ?? this.addVersion(secret, id);
    version.value = { SecretString: value.SecretString, SecretBinary: value.SecretBinary };
    secret.changed = new Date();
    // "If this operation creates the first version for the secret, then Secrets Manager automatically attaches
    // the staging label AWSCURRENT to it." API_PutSecretValue
    for (const label of new Set(isFirst ? [...labels, CURRENT] : labels)) attach(secret, version, label);
    return version;
  }

  /** Adds a version without a value, as Secrets Manager does when a rotation begins. */
  addVersion(secret: Secret, id: string): Version {
    const version: Version = { id, created: new Date(), labels: new Set() };
    secret.versions.set(id, version);
    return version;
  }

  /** Moves, attaches or removes a label. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html */
  moveLabel(secret: Secret, move: LabelMove): void {
    const { VersionStage: label, MoveToVersionId: to, RemoveFromVersionId: from } = move;
    const source = from === undefined ? undefined : versionOf(secret, from);
    const target = to === undefined ? undefined : versionOf(secret, to);
    const held = holder(secret, label);

    if (source !== undefined && !source.labels.has(label)) {
      throw invalid(`Version stage ${label} not found in version ${from}`);
    }
    if (target === undefined) {
      if (source === undefined) throw invalid("You must provide MoveToVersionId or RemoveFromVersionId.");
      if (label === CURRENT) {
        throw invalid(
          `You can only move staging label ${CURRENT} to a different secret version. It can't be completely removed.`,
        );
      }
      source.labels.delete(label);
    } else {
      if (held !== undefined && held !== target && source === undefined) {
        throw invalid(
          `The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to ` +
            `version ${held.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
        );
      }
      attach(secret, target, label);
    }
    secret.changed = new Date();
  }

  /** Removes a label wherever it is; a version that never had a value goes with its last label. */
  dropLabel(secret: Secret, label: string): void {
    const version = holder(secret, label);
    version?.labels.delete(label);
    if (version?.value === undefined && version?.labels.size === 0) secret.versions.delete(version.id);
  }
}

/** The version that holds a label; a label is on one version at most. */
export function holder(secret: Secret, label: string): Version | undefined {
  return [...secret.versions.values()].find((version) => version.labels.has(label));
}

function attach(secret: Secret, version: Version, label: string): void {
  if (version.labels.has(label)) return;
  if (version.labels.size >= MAX_LABELS) {
    throw new SecretsManagerError(
      "LimitExceededException",
      `A version can have at most ${MAX_LABELS} staging labels.`,
    );
  }
  const left = holder(secret, label);
  left?.labels.delete(label);
  version.labels.add(label);
  // "Whenever you move AWSCURRENT, Secrets Manager automatically moves the label AWSPREVIOUS to the version that
  // AWSCURRENT was removed from." API_UpdateSecretVersionStage; API_PutSecretValue says the same.
  if (label === CURRENT && left !== undefined) {
    holder(secret, PREVIOUS)?.labels.delete(PREVIOUS);
    left.labels.add(PREVIOUS);
  }
}

function versionOf(secret: Secret, id: string): Version {
  const version = secret.versions.get(id);
  if (version === undefined) throw invalid(`Not a valid version: ${id}`);
  return version;
}

function invalid(message: string): SecretsManagerError {
  return new SecretsManagerError("InvalidParameterException", message);
}

function hasValue(value: SecretValue): boolean {
  return value.SecretString !== undefined || value.SecretBinary !== undefined;
}

function sameValue(one: SecretValue | undefined, other: SecretValue): boolean {
  return one?.SecretString === other.SecretString && one?.SecretBinary === other.SecretBinary;
}
