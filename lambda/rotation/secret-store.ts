import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretListEntry,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import type { Deadline } from "./deadline";
import { SecretStateError, SecretValueError } from "./errors";

/** How long a version that must be there may stay invisible; in milliseconds. */
const CONSISTENCY_PATIENCE = 5_000;

export interface SecretDescription {
  readonly arn: string;
  readonly rotationEnabled: boolean;
  /** Staging labels by version id; versions without a label are not in it. */
  readonly versions: ReadonlyMap<string, readonly string[]>;
  readonly tags: ReadonlyMap<string, string>;
}

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
      const answer = await this.#client.send(new DescribeSecretCommand({ SecretId: this.secretId }));
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
  async read(version: { versionId: string } | { stage: string }): Promise<StoredVersion | undefined> {
    try {
      const answer = await this.#client.send(
        new GetSecretValueCommand({
          SecretId: this.secretId,
          ...("versionId" in version ? { VersionId: version.versionId } : { VersionStage: version.stage }),
        }),
      );
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
    try {
      await this.#client.send(
        new PutSecretValueCommand({
          SecretId: this.secretId,
          ClientRequestToken: token,
          SecretString: json,
          VersionStages: [stage],
          ...(rotationToken === undefined ? {} : { RotationToken: rotationToken }),
        }),
      );
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
    try {
      await this.#client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: this.secretId,
          VersionStage: "AWSCURRENT",
          MoveToVersionId: versionId,
          RemoveFromVersionId: from,
        }),
      );
    } catch (error) {
      const { versions } = await this.describe();
      if (versions.get(versionId)?.includes("AWSCURRENT")) return;
      if (error instanceof InvalidRequestException) {
        throw new SecretStateError(
          `AWSCURRENT moved away from version ${from} while the rotation ran, so it is not moved to ` +
            `${versionId}: nothing of the other change is lost. Rotate again.`,
        );
      }
      throw error;
    }
  }

  /** Up to 100 versions, newest first, those without a label included. */
  async listVersions(): Promise<
    readonly { versionId: string; createdAt: number; stages: readonly string[] }[]
  > {
    const answer = await this.#client.send(
      new ListSecretVersionIdsCommand({
        SecretId: this.secretId,
        IncludeDeprecated: true,
        MaxResults: 100,
      }),
    );
    return (answer.Versions ?? [])
      .map(({ VersionId, CreatedDate, VersionStages }) => ({
        versionId: VersionId ?? "",
        createdAt: CreatedDate?.getTime() ?? 0,
        stages: VersionStages ?? [],
      }))
      .sort((a, b) => b.createdAt - a.createdAt);
  }
}

/** A version that Secrets Manager does not show yet. */
export class NotYetVisible extends SecretStateError {
  constructor(versionId: string, secretId: string) {
    super(`Version ${versionId} is not a version of secret ${secretId}.`);
  }
}

function tagsOf(tags: SecretListEntry["Tags"]): ReadonlyMap<string, string> {
  return new Map((tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}
