import Table from "cli-table3";

const NO_RULES = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };

/** A table for the terminal, without lines between its rows. */
export function plainTable(head: readonly string[]): Table.Table {
  // The library's default is red and grey, also into a file.
  return new Table({ head: [...head], style: { head: [], border: [] }, chars: NO_RULES });
}
