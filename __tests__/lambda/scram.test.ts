import { createHmac } from "node:crypto";
import { scramVerifier } from "../../lambda/rotation/scram";

test("a verifier yields the server signature of RFC 7677's example", async () => {
  const salt = Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64");
  const nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  const authMessage = `n=user,r=rOprNGfwEbeRWgbNEkqO,r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=${nonce}`;

  const verifier = await scramVerifier("pencil", 4096, salt);

  const [, serverKey = ""] = verifier.split("$")[2]?.split(":") ?? [];
  const signature = createHmac("sha256", Buffer.from(serverKey, "base64"))
    .update(authMessage)
    .digest("base64");
  expect(signature).toBe("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
  expect(verifier).toMatch(/^SCRAM-SHA-256\$4096:W22ZaJ0SNY7soEsUEjb6gQ==\$[\w+/]{43}=:[\w+/]{43}=$/);
});

test("every verifier has a salt of its own", async () => {
  expect(await scramVerifier("same", 4096)).not.toBe(await scramVerifier("same", 4096));
});
