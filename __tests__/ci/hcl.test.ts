import { escapeTemplate } from "../../ci/hcl";
import { ref } from "../support/synth";

// Terraform itself reads the whole of it in ci/offline-terraform.sh: as HCL, every stack plans no change.
test.each([
  ['{"Version":"2012-10-17"}', String.raw`{\"Version\":\"2012-10-17\"}`],
  [String.raw`{"a":"\"b\""}`, String.raw`{\"a\":\"\\\"b\\\"\"}`],
  ["one\ntwo\tthree\r", String.raw`one\ntwo\tthree\r`],
  [`"${ref("aws_kms_key.key.arn")}"`, String.raw`\"${ref("aws_kms_key.key.arn")}\"`],
  [ref('jsonencode({"a" = {"b" = "c"}})'), ref('jsonencode({"a" = {"b" = "c"}})')],
  [
    `${ref('lookup(x, "a")')}"${ref('lookup(x, "b")')}`,
    `${ref('lookup(x, "a")')}\\"${ref('lookup(x, "b")')}`,
  ],
  [`$${ref('not "an" expression')}`, `$${ref(String.raw`not \"an\" expression`)}`],
  ["{plain} braces", "{plain} braces"],
])("%s", (text, escaped) => {
  expect(escapeTemplate(text)).toBe(escaped);
});
