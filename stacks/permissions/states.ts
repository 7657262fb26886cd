import type { Location } from "../location";
import type { PolicyStatement } from "../policy-document";

/** Where the states are. */
export interface States {
  readonly location: Location;
  readonly bucket: { readonly arn: string; readonly keyArn: string };
  /** Their objects' keys, e.g. "rds-secret-rotation/dev-*.tfstate". */
  readonly keys: string;
}

/** https://developer.hashicorp.com/terraform/language/backend/s3#permissions-required */
export function readStates({ location, bucket, keys }: States): PolicyStatement[] {
  return [
    { Sid: "FindStates", Effect: "Allow", Action: "s3:ListBucket", Resource: bucket.arn },
    { Sid: "ReadStates", Effect: "Allow", Action: "s3:GetObject", Resource: `${bucket.arn}/${keys}` },
    throughS3("DecryptStates", "kms:Decrypt", location, bucket.keyArn),
  ];
}

/** What reading them does not take. A state is never deleted; its lock always is. */
export function writeStates({ location, bucket, keys }: States): PolicyStatement[] {
  return [
    { Sid: "WriteStates", Effect: "Allow", Action: "s3:PutObject", Resource: `${bucket.arn}/${keys}` },
    {
      Sid: "LockStates",
      Effect: "Allow",
      Action: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
      Resource: `${bucket.arn}/${keys}.tflock`,
    },
    throughS3("EncryptStates", "kms:GenerateDataKey", location, bucket.keyArn),
  ];
}

function throughS3(Sid: string, Action: string, location: Location, Resource: string): PolicyStatement {
  const Condition = { StringEquals: { "kms:ViaService": location.endpoint("s3") } };
  return { Sid, Effect: "Allow", Action, Resource, Condition };
}
