import { generate } from "selfsigned";

/** A private certification authority and what it has signed; everything in PEM. */
export interface CertificateAuthority {
  /** The CA's own certificate, for clients that shall trust it. */
  readonly certificate: string;
  /** Signs a server certificate. */
  issue(options?: ServerCertificateOptions): Promise<ServerCertificate>;
}

export interface ServerCertificateOptions {
  /** Host name the certificate is made out to. @default "localhost" */
  readonly hostName?: string;
  /** IPv4 addresses the certificate is made out to. @default ["127.0.0.1"] for localhost, otherwise none */
  readonly addresses?: readonly string[];
}

export interface ServerCertificate {
  readonly certificate: string;
  readonly privateKey: string;
}

export interface CertificateAuthorityOptions {
  /** Common name of the CA. @default "rds-secret-rotation local CA" */
  readonly name?: string;
  /** How long certificates are valid, in hours; at least 1. @default 24 */
  readonly validHours?: number;
}

const HOUR_MS = 3_600_000;

/** Makes a CA whose key lives in memory only. */
export async function createCertificateAuthority(
  options: CertificateAuthorityOptions = {},
): Promise<CertificateAuthority> {
  const { name = "rds-secret-rotation local CA", validHours = 24 } = options;
  if (!Number.isFinite(validHours) || validHours < 1) {
    throw new RangeError(`validHours must be at least 1, got ${validHours}`);
  }
  const common = {
    keyType: "ec" as const,
    algorithm: "sha256",
    // An hour back, for machines whose clocks differ (containers, virtual machines after sleep).
    notBeforeDate: new Date(Date.now() - HOUR_MS),
    notAfterDate: new Date(Date.now() + validHours * HOUR_MS),
  };
  const ca = await generate([{ name: "commonName", value: name }], {
    ...common,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });

  return {
    certificate: ca.cert,
    async issue({ hostName = "localhost", addresses }: ServerCertificateOptions = {}) {
      const ips = addresses ?? (hostName === "localhost" ? ["127.0.0.1"] : []);
      const server = await generate([{ name: "commonName", value: hostName }], {
        ...common,
        ca: { key: ca.private, cert: ca.cert },
        extensions: [
          { name: "basicConstraints", cA: false, critical: true },
          { name: "keyUsage", digitalSignature: true, critical: true },
          { name: "extKeyUsage", serverAuth: true },
          {
            name: "subjectAltName",
            altNames: [{ type: 2 as const, value: hostName }, ...ips.map((ip) => ({ type: 7 as const, ip }))],
          },
        ],
      });
      return { certificate: server.cert, privateKey: server.private };
    },
  };
}
