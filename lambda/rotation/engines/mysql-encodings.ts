/**
 * Stands in for iconv-lite inside the bundle (see stacks/archive.ts): its tables of Asian character sets are
 * 40 % of the archive, and our connections speak utf8mb4 only. What the driver still may ask for is reading text
 * of another character set, which Node can do itself.
 */
export function getDecoder(encoding: string): Decoder {
  const decoder = decoderOf(encoding);
  return { write: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() };
}

interface Decoder {
  write(bytes: Uint8Array): string;
  end(): string;
}

function decoderOf(encoding: string) {
  try {
    return new TextDecoder(encoding);
  } catch {
    // A name that is not in WHATWG's list; ASCII is the same in all of them.
    return new TextDecoder("latin1");
  }
}

/** The driver encodes with it for connections in other character sets only. */
export function getEncoder(encoding: string): never {
  throw new Error(`statements are sent in utf8mb4, not in ${encoding}`);
}
