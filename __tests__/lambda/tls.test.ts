import { writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { Deadline } from "../../lambda/rotation/deadline";
import { postgres } from "../../lambda/rotation/engines/postgres";
import { createCertificateAuthority } from "../../local/certificates";
import { startRelay } from "../support/relay";
import { type RotationBench, startRotationBench } from "../support/rotation-bench";

describe("a server whose certificate", () => {
  let bench: RotationBench;
  afterEach(() => bench?.stop());

  test("is signed by an unknown CA is refused, before any password is sent", async () => {
    bench = await startRotationBench({ settings: { log_connections: "all" } });
    const stranger = await createCertificateAuthority({ name: "stranger" });
    const file = `${bench.server.caFile}.stranger`;
    await writeFile(file, stranger.certificate);
    process.env.DATABASE_CA_FILE = file;

    const event = bench.initializeEvent(await bench.declareSecret(), "app");

    await expect(bench.invoke(event)).rejects.toThrow(
      expect.objectContaining({
        name: "TlsError",
        message: expect.stringContaining(
          "Check that the secret's host is a name in the server's certificate",
        ),
      }),
    );
    expect(await bench.server.log()).not.toContain('connection authenticated: identity="dbadmin"');
  }, 60_000);

  test("is for another host name is refused", async () => {
    bench = await startRotationBench({ certificateHostName: "elsewhere.example.com" });
    const event = bench.initializeEvent(await bench.declareSecret(), "app");
    await expect(bench.invoke(event)).rejects.toThrow("ERR_TLS_CERT_ALTNAME_INVALID");
  }, 60_000);
});

test("a server that offers no TLS is told nothing: no user, no password", async () => {
  const heard: Buffer[] = [];
  // "N" is PostgreSQL's answer to SSLRequest where TLS is off.
  const server = createServer((socket) => socket.on("data", (data) => heard.push(data) && socket.write("N")));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const login = { host: "127.0.0.1", port, username: "app", password: "not-to-be-sent", dbname: "orders" };

  const connecting = postgres.connect(login, new Deadline({ getRemainingTimeInMillis: () => 10_000 }));

  await expect(connecting).rejects.toThrow("offers no TLS");
  // SSLRequest is its length and its number, and no more. https://www.postgresql.org/docs/current/protocol-message-formats.html
  expect(Buffer.concat(heard)).toEqual(Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]));
  await new Promise((resolve) => server.close(resolve));
});

describe("with a certificate for localhost and 127.0.0.1", () => {
  let bench: RotationBench;
  beforeAll(async () => {
    bench = await startRotationBench();
  }, 60_000);
  afterAll(() => bench?.stop());

  test("an address that the certificate names is accepted, another one is refused", async () => {
    const secretArn = await bench.declareSecret();
    const event = bench.initializeEvent(secretArn, "by-address");
    const at = (host: string) => ({ ...event, Connection: { ...event.Connection, host } });

    expect((await bench.invoke(at("127.0.0.1")))?.Outcome).toBe("created");
    // Only Linux has all of 127.0.0.0/8.
    if (process.platform !== "linux") return;
    const relay = await startRelay(bench.server, "127.0.0.2");
    const { Connection } = at("127.0.0.2");
    const elsewhere = { ...event, Connection: { ...Connection, port: relay.port } };
    await expect(bench.invoke(elsewhere)).rejects.toThrow("ERR_TLS_CERT_ALTNAME_INVALID");
    await relay.stop();
  });

  test("NODE_EXTRA_CA_CERTS serves as well as DATABASE_CA_FILE", async () => {
    process.env.DATABASE_CA_FILE = "";
    process.env.NODE_EXTRA_CA_CERTS = bench.server.caFile;
    const { secretArn } = await bench.createUser();
    expect((await bench.rotate(secretArn)).succeeded).toBe(true);
  });

  test("a CA file that cannot be read is named", async () => {
    process.env.DATABASE_CA_FILE = "/no/such/file.pem";
    const event = bench.initializeEvent(await bench.declareSecret(), "app");
    await expect(bench.invoke(event)).rejects.toThrow(
      'DATABASE_CA_FILE must name a readable file of PEM certificates, got "/no/such/file.pem"',
    );
  });
});
