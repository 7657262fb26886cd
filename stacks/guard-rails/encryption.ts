import { type Declaration, must, ofType, type Rule } from "./rule";

/** Where each type names the key that encrypts it. */
const KEYS: Readonly<Record<string, (attributes: Declaration["attributes"]) => readonly string[]>> = {
  aws_cloudwatch_log_group: () => ["kms_key_id"],
  aws_db_instance: (instance) => [
    // A replica in the same region has its source's key, and RDS takes no other.
    ...(instance.replicate_source_db === undefined ? ["kms_key_id"] : []),
    ...(instance.manage_master_user_password === true ? ["master_user_secret_kms_key_id"] : []),
    ...(instance.performance_insights_enabled === true ? ["performance_insights_kms_key_id"] : []),
  ],
  aws_secretsmanager_secret: () => ["kms_key_id"],
  aws_sns_topic: () => ["kms_master_key_id"],
  aws_sqs_queue: () => ["kms_master_key_id"],
};

/** AWS's own keys are the whole account's: their policies cannot be narrowed, nor grants on them seen. */
const AWS_KEY = /(^|:)alias\/aws\//;

const customerKey: Rule = {
  name: "encrypted with a key of ours",
  applies: ofType(...Object.keys(KEYS)),
  *check({ type, attributes }) {
    for (const attribute of KEYS[type]?.(attributes) ?? []) {
      const key = attributes[attribute];
      if (typeof key !== "string" || key === "" || AWS_KEY.test(key)) {
        yield must(attribute, "a KMS key of the stack's own", key);
      }
    }
  },
};

const encryptedStorage: Rule = {
  name: "storage encrypted",
  applies: ofType("aws_db_instance"),
  *check({ attributes: { storage_encrypted } }) {
    if (storage_encrypted !== true) yield must("storage_encrypted", "true", storage_encrypted);
  },
};

const keyRotation: Rule = {
  name: "keys renewed every year",
  applies: ofType("aws_kms_key"),
  *check({ attributes: { enable_key_rotation } }) {
    if (enable_key_rotation !== true) yield must("enable_key_rotation", "true", enable_key_rotation);
  },
};

/** Parameters that make a server refuse connections without TLS: PostgreSQL's, MySQL's and MariaDB's. */
const TLS_PARAMETERS = ["rds.force_ssl", "require_secure_transport"];

const encryptedConnections: Rule = {
  name: "connections encrypted",
  applies: ofType("aws_db_parameter_group"),
  *check({ attributes }) {
    const parameters = (attributes.parameter ?? []) as readonly { name: string; value: string }[];
    const tls = parameters.filter(({ name }) => TLS_PARAMETERS.includes(name));
    if (tls.length === 0 || tls.some(({ value }) => value !== "1")) {
      yield must("parameter", `${TLS_PARAMETERS.join(" or ")} with the value "1"`, tls[0]);
    }
  },
};

export const encryption: readonly Rule[] = [customerKey, encryptedStorage, keyRotation, encryptedConnections];
