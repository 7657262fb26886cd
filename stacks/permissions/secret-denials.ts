import type { PolicyStatement } from "../policy-document";

const THROUGH_SECRETS_MANAGER = { StringLike: { "kms:ViaService": "secretsmanager.*.amazonaws.com" } };

/** Neither plan nor deployment ever needs a secret's value: whatever else is allowed, nobody reads one here. */
const VALUES: PolicyStatement = {
  Sid: "DenySecretValues",
  Effect: "Deny",
  Action: ["secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"],
  Resource: "*",
};

const DECRYPTION: PolicyStatement = {
  Sid: "DenySecretDecryption",
  Effect: "Deny",
  Action: "kms:Decrypt",
  Resource: "*",
  Condition: THROUGH_SECRETS_MANAGER,
};

export const DENY_SECRET_VALUES: readonly PolicyStatement[] = [VALUES, DECRYPTION];

/**
 * Secrets Manager encrypts and decrypts something that it makes up, in the name of whoever gives a secret a key, to see
 * whether they may use it. A value's data key has the id of its version in this place, so this decrypts no value.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html#security-encryption-how-used
 */
export const TRIED_KEY = { "kms:EncryptionContext:SecretVersionId": "RequestToValidateKeyAccess" };

/** For whoever makes secrets: all but trying their key. */
export const DENY_SECRET_VALUES_TO_MAKERS: readonly PolicyStatement[] = [
  VALUES,
  { ...DECRYPTION, Condition: { ...THROUGH_SECRETS_MANAGER, StringNotEquals: TRIED_KEY } },
];
