import { resolveJson, resolveText, UnknownReferenceError } from "../../local/references";
import { ref } from "./synthesized-stack";

const ATTRIBUTES = new Map([
  ["aws_db_instance.db.address", "localhost"],
  ["aws_db_instance.db.port", "5432"],
  ["odd", 'a "quote" and a \\'],
]);

describe("references", () => {
  it("are replaced wherever they stand in a text", () => {
    const text = `${ref("aws_db_instance.db.address")}:${ref(" aws_db_instance.db.port ")}/orders`;
    expect(resolveText(text, ATTRIBUTES, "here")).toBe("localhost:5432/orders");
  });

  it("are escaped inside JSON, and may stand for numbers", () => {
    const text = `{"odd":"${ref("odd")}","port":${ref("aws_db_instance.db.port")}}`;
    expect(resolveJson(text, ATTRIBUTES, "here")).toEqual({ odd: 'a "quote" and a \\', port: 5432 });
  });

  it("that are unknown are named, with the place", () => {
    const attempt = () => resolveText(ref("aws_vpc.main.id"), ATTRIBUTES, "the output");
    expect(attempt).toThrow(UnknownReferenceError);
    expect(attempt).toThrow(`the output refers to ${ref("aws_vpc.main.id")}`);
  });
});
