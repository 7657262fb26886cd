import { text } from "./values";

/** What an ARN says of where something is. */
export interface Arn {
  /** "aws", "aws-cn", "aws-us-gov", … */
  readonly partition: string;
  /** Empty for what is global, as IAM's. */
  readonly region: string;
  /** 12 digits. */
  readonly account: string;
}

/** @param arn an ARN that has been checked */
export function parseArn(arn: string): Arn {
  const [, partition = "", , region = "", account = ""] = arn.split(":");
  return { partition, region, account };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

export const region = text(/^[a-z]{2}(-[a-z]+)+-\d$/, "must be an AWS region such as eu-west-1");

/** No wildcard, user, session or whole account: one role, which has to exist before a policy can name it. */
export const roleArn = text(
  /^arn:aws[a-z-]*:iam::\d{12}:role\/([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/,
  "must be the ARN of an IAM role, arn:aws:iam::<account>:role/<name>",
);

/** The key itself, since an alias may come to mean another one. */
export const keyArn = text(
  /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/,
  "must be the ARN of a KMS key, arn:aws:kms:<region>:<account>:key/<id>",
);

/** Whole, since a policy names it: without the six characters that Secrets Manager adds it would be another secret's too. */
export const secretArn = text(
  /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@!-]{1,512}-[A-Za-z0-9]{6}$/,
  "must be the ARN of a secret, arn:aws:secretsmanager:<region>:<account>:secret:<name>-<6 characters>",
);

/** No FIFO topic: neither alarms nor rules publish to those without a group id. */
export const topicArn = text(
  /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
  "must be the ARN of a standard SNS topic, arn:aws:sns:<region>:<account>:<name>",
);
