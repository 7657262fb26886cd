import { getDecoder, getEncoder } from "../../lambda/rotation/engines/mysql-encodings";

describe("the bundle's stand-in for iconv-lite", () => {
  test.each([
    ["cp1250", [0xe8, 0xb9], "čą"],
    ["shift_jis", [0x83, 0x65], "テ"],
    ["unheard-of", [0x61, 0x62], "ab"],
  ])("reads %s, also in parts", (encoding, bytes, text) => {
    const decoder = getDecoder(encoding);
    const parts = bytes.map((byte) => decoder.write(Uint8Array.of(byte)));
    expect(parts.join("") + decoder.end()).toBe(text);
  });

  test("writes nothing: statements are utf8mb4", () => {
    expect(() => getEncoder("cp1250")).toThrow("utf8mb4");
  });
});
