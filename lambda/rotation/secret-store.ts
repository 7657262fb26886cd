import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretListEntry,
  type SecretsManagerClient,
  SecretsManagerServiceException,
  type SecretVersionsListEntry,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import type { Deadline } from "./deadline";
import { NetworkError, RotationError, SecretStateError, SecretValueError } from "./errors";

/** How long a version that must be there may stay invisible; in milliseconds. */
const CONSISTENCY_PATIENCE = 5_000;

/** For one request with all its attempts, in milliseconds. */
const REQUEST_LIMIT = 30_000;

export interface SecretDescription {
  readonly arn: string;
  readonly rotationEnabled: boolean;
  /** Staging labels by version id; versions without a label are not in it. */
  readonly versions: ReadonlyMap<string, readonly string[]>;
  readonly tags: ReadonlyMap<string, string>;
}

/** A version by its id, or by one of its staging labels. */
export type VersionName = { readonly versionId: string } | { readonly stage: string };

/** A version's id and its JSON text. */
export interface StoredVersion {
  readonly versionId: string;
  readonly json: string;
}

/** A version as the list of versions shows it. */
export interface VersionListing {
  readonly versionId: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly stages: readonly string[];
}

/** One secret in Secrets Manager, and what Secrets Manager's eventual consistency asks of its readers. */
export class SecretStore {
  readonly #client: SecretsManagerClient;
  readonly #deadline: Deadline;
  readonly secretId: string;

  constructor(client: SecretsManagerClient, deadline: Deadline, secretId: string) {
    this.#client = client;
    this.#deadline = deadline;
    this.secretId = secretId;
  }

  /** @param awaited a version id that must be listed, and is waited for a little */
  async describe(awaited?: string): Promise<SecretDescription> {
    const once = async (): Promise<SecretDescription> => {
      const answer = await this.#ask((options) =>
        this.#client.send(new DescribeSecretCommand({ SecretId: this.secretId }), options),
      );
      const versions = new Map(Object.entries(answer.VersionIdsToStages ?? {}));
      if (awaited !== undefined && !versions.has(awaited)) throw new NotYetVisible(awaited, this.secretId);
      return {
        arn: answer.ARN ?? this.secretId,
        rotationEnabled: answer.RotationEnabled === true,
        versions,
        tags: tagsOf(answer.Tags),
      };
    };
    return await this.#deadline.retry(once, {
      patience: CONSISTENCY_PATIENCE,
      isPassing: (error) => error instanceof NotYetVisible,
    });
  }

  /** The value of a version, or undefined where the secret has none under that id or label. */
  async read(version: VersionName): Promise<StoredVersion | undefined> {
    const command = new GetSecretValueCommand({
      SecretId: this.secretId,
      ...("versionId" in version ? { VersionId: version.versionId } : { VersionStage: version.stage }),
    });
    try {
      const answer = await this.#ask((options) => this.#client.send(command, options));
      if (answer.SecretString === undefined) {
        throw new SecretValueError(`secret ${this.secretId}: the value must be text (JSON), got binary`);
      }
      return { versionId: answer.VersionId ?? "", json: answer.SecretString };
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  /**
   * As {@link read}, for a value that was written before: waits until it is visible.
   * @param patience milliseconds. @default 5 s
   */
  async readWritten(versionId: string, patience = CONSISTENCY_PATIENCE): Promise<StoredVersion | undefined> {
    const once = async (): Promise<StoredVersion> => {
      const version = await this.read({ versionId });
      if (version === undefined) throw new NotYetVisible(versionId, this.secretId);
      return version;
    };
    try {
      return await this.#deadline.retry(once, {
        patience,
        isPassing: (error) => error instanceof NotYetVisible,
      });
    } catch (error) {
      if (error instanceof NotYetVisible) return undefined;
      throw error;
    }
  }

  /**
   * Stores a value as the version that the token names.
   * @returns false when that version has another value already, which stays
   */
  async put(token: string, json: string, stage: string, rotationToken?: string): Promise<boolean> {
    const command = new PutSecretValueCommand({
      SecretId: this.secretId,
      ClientRequestToken: token,
      SecretString: json,
      VersionStages: [stage],
      ...(rotationToken === undefined ? {} : { RotationToken: rotationToken }),
    });
    try {
      await this.#ask((options) => this.#client.send(command, options));
      return true;
    } catch (error) {
      if (error instanceof ResourceExistsException) return false;
      throw error;
    }
  }

  /**
   * Moves AWSCURRENT.
   * @param from the version it leaves; naming it makes the move fail when another change came first
   * @throws SecretStateError when AWSCURRENT is on neither version
   */
  async promote(versionId: string, from: string): Promise<void> {
    const command = new UpdateSecretVersionStageCommand({
      SecretId: this.secretId,
      VersionStage: "AWSCURRENT",
      MoveToVersionId: versionId,
      RemoveFromVersionId: from,
    });
    try {
      await this.#ask((options) => this.#client.send(command, options));
    } catch (error) {
      // It may have moved all the same: an answer can be lost.
      const { versions } = await this.describe();
      if (versions.get(versionId)?.includes("AWSCURRENT")) return;
      if (versions.get(from)?.includes("AWSCURRENT")) throw error;
      throw new SecretStateError(
        `AWSCURRENT moved away from version ${from} while the rotation ran, so it is not moved to ` +
          `${versionId}: nothing of the other change is lost. Rotate again.`,
      );
    }
  }

  /** Takes a label off a version that has it. */
  async removeLabel(stage: string, versionId: string): Promise<void> {
    const command = new UpdateSecretVersionStageCommand({
      SecretId: this.secretId,
      VersionStage: stage,
      RemoveFromVersionId: versionId,
    });
    await this.#ask((options) => this.#client.send(command, options));
  }

  /** All versions, newest first, those without a label included. */
  async listVersions(): Promise<readonly VersionListing[]> {
    const versions: SecretVersionsListEntry[] = [];
    let NextToken: string | undefined;
    do {
      const command: ListSecretVersionIdsCommand = new ListSecretVersionIdsCommand({
        SecretId: this.secretId,
        IncludeDeprecated: true,
        MaxResults: 100,
        NextToken,
      });
      const page = await this.#ask((options) => this.#client.send(command, options));
      versions.push(...(page.Versions ?? []));
      NextToken = page.NextToken;
    } while (NextToken);
    return versions
      .map(({ VersionId, CreatedDate, VersionStages }) => ({
        versionId: VersionId ?? "",
        createdAt: CreatedDate?.getTime() ?? 0,
        stages: VersionStages ?? [],
      }))
      .sort((a, b) => b.createdAt - a.createdAt);
  }

  /** Asks within the deadline. @throws NetworkError where Secrets Manager does not answer or is not well */
  async #ask<T>(request: (options: { abortSignal: AbortSignal }) => Promise<T>): Promise<T> {
    const limit = this.#deadline.limit("asking Secrets Manager", REQUEST_LIMIT);
    try {
      return await request({ abortSignal: AbortSignal.timeout(limit) });
    } catch (error) {
      throw classify(error);
    }
  }
}

/** What Secrets Manager refuses says why, and goes on as it is. */
function classify(error: unknown): unknown {
  if (error instanceof RotationError) return error;
  const { name, message } = error as Error;
  if (error instanceof SecretsManagerServiceException) {
    if (error.$fault !== "server" && error.name !== "ThrottlingException") return error;
    return new NetworkError(`Secrets Manager takes no requests right now (${name}: ${message}).`);
  }
  return new NetworkError(
    `Secrets Manager cannot be reached (${name}: ${message}). Check the VPC endpoint of Secrets Manager and its private ` +
      "DNS names, or the route to a NAT gateway, and the security groups of function and endpoint.",
  );
}

/** A version that Secrets Manager does not show yet. */
export class NotYetVisible extends SecretStateError {
  constructor(versionId: string, secretId: string) {
    super(
      `Version ${versionId} of secret ${secretId} has no label, or does not exist. The rotation was cancelled or ` +
        "replaced; start a new one.",
    );
  }
}

function tagsOf(tags: SecretListEntry["Tags"]): ReadonlyMap<string, string> {
  return new Map((tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}
