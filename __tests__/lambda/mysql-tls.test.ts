import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Deadline } from "../../lambda/rotation/deadline";
import { mariadb } from "../../lambda/rotation/engines/mysql";
import { createCertificateAuthority } from "../../local/certificates";
import { describeOnMariadb } from "../support/engines";
import { type Server, startServer } from "./mysql-server";

let server: Server;

describeOnMariadb("a connection to MariaDB", () => {
  beforeAll(async () => {
    server = await startServer();
  }, 60_000);
  afterAll(async () => {
    try {
      await server.expectSilence();
    } finally {
      await server.stop();
    }
  });

  describe("with verified TLS", () => {
    test("refuses a CA that is not trusted", async () => {
      const file = process.env.DATABASE_CA_FILE as string;
      const stranger = join(file, "..", "stranger.pem");
      writeFileSync(stranger, (await createCertificateAuthority()).certificate);
      process.env.DATABASE_CA_FILE = stranger;
      try {
        await expect(server.connectAdmin()).rejects.toMatchObject({ name: "TlsError" });
      } finally {
        process.env.DATABASE_CA_FILE = file;
      }
    });

    test("takes an IP address that is in the certificate", async () => {
      const { adminUsername, adminPassword } = server.mariadb;
      await server.connect(adminUsername, adminPassword, { host: "127.0.0.1" });
    });

    test("refuses a server without TLS", async () => {
      // The greeting of a MySQL server that does not offer TLS.
      const capabilities = Buffer.from("00f7", "hex");
      const greeting = Buffer.concat([
        Buffer.from("\x0a8.0.36\0"),
        Buffer.from([1, 0, 0, 0]),
        Buffer.from("12345678\0"),
        capabilities,
        Buffer.from([45, 2, 0, 0xff, 0xc1, 21]),
        Buffer.alloc(10),
        Buffer.from("123456789012\0"),
        Buffer.from("mysql_native_password\0"),
      ]);
      const plain = createServer((socket) => {
        socket.on("error", () => {});
        socket.write(Buffer.concat([Buffer.from([greeting.length, 0, 0, 0]), greeting]));
      });
      await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
      try {
        const { port } = plain.address() as { port: number };
        const deadline = new Deadline({ getRemainingTimeInMillis: () => 10_000 });
        const login = { host: "localhost", port, username: "app", password: "secret password", dbname: "" };
        await expect(mariadb.connect(login, deadline)).rejects.toMatchObject({
          name: "TlsError",
          message: expect.stringContaining("offers no TLS"),
        });
      } finally {
        await new Promise((resolve) => plain.close(resolve));
      }
    });
  });

  test("no server is a NetworkError", async () => {
    const deadline = new Deadline({ getRemainingTimeInMillis: () => 10_000 });
    const login = { host: "127.0.0.1", port: 1, username: "app", password: "secret password", dbname: "" };
    await expect(mariadb.connect(login, deadline)).rejects.toMatchObject({ name: "NetworkError" });
  });
});

describeOnMariadb("a certificate for another host", () => {
  test.each([
    ["elsewhere.example", "localhost"],
    ["localhost.example", "127.0.0.1"],
  ])(
    "%s is refused at %s",
    async (certificateHostName, host) => {
      const other = await startServer({ certificateHostName });
      try {
        const { adminUsername, adminPassword } = other.mariadb;
        await expect(other.connect(adminUsername, adminPassword, { host })).rejects.toMatchObject({
          name: "TlsError",
          message: expect.stringMatching(/altnames|does not match/i),
        });
      } finally {
        await other.stop();
      }
    },
    60_000,
  );
});
