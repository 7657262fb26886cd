import { NetworkError, type RotationError, TimeoutError, TlsError } from "./errors";

const TLS_CODES = /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|EPROTO$|HOSTNAME_MISMATCH)/;
const NETWORK_CODES = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
]);

/** Recognises what Node reports of sockets and TLS. @param server "host:port", named in the message */
export function classifyNetworkError(
  error: Error & { code?: string },
  server: string,
): RotationError | undefined {
  const code = error.code ?? "";
  if (TLS_CODES.test(code)) {
    return unverifiedTls(server, `${code}: ${error.message}`);
  }
  if (NETWORK_CODES.has(code)) {
    return new NetworkError(
      `${server} cannot be reached (${code}). Check the host, the subnets and the security groups of function ` +
        "and database.",
    );
  }
  if (code === "ETIMEDOUT") return connectTimeout(server);
  return undefined;
}

export function connectTimeout(server: string): TimeoutError {
  return new TimeoutError(
    `${server} did not answer in time. Check the route and the security groups of function and database.`,
  );
}

/** @param why what Node or the driver said of the certificate */
export function unverifiedTls(server: string, why: string): TlsError {
  return new TlsError(
    `No verified TLS to ${server} (${why}). Check that the secret's host is a name in the server's certificate ` +
      "and that its CA is Amazon's for RDS, or in DATABASE_CA_FILE.",
  );
}
