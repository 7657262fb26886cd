import { LocalBackend, S3Backend, type TerraformStack } from "cdktf";
import type { StateBackend } from "../environments";

/** Terraform runs in cdktf.out/stacks/<stack>; this leads to the project's folder, where cdktf.out is. */
const PROJECT_FOLDER = "../../..";

/** Gives a stack its state: one file or object a stack. @param project first part of the object's key */
export function addStateBackend(stack: TerraformStack, backend: StateBackend, project: string): void {
  const stackId = stack.node.id;
  if (backend.type === "local") {
    // cdktf's own default is absolute, which would put this machine's folders into the output.
    new LocalBackend(stack, { path: `${PROJECT_FOLDER}/terraform.${stackId}.tfstate` });
    return;
  }
  const s3 = new S3Backend(stack, {
    bucket: backend.bucket,
    key: `${project}/${stackId}.tfstate`,
    region: backend.region,
    encrypt: true,
    ...(backend.kmsKeyArn !== undefined && { kmsKeyId: backend.kmsKeyArn }),
  });
  // S3BackendConfig of cdktf 0.21 lacks it. https://developer.hashicorp.com/terraform/language/backend/s3#state-locking
  s3.addOverride("use_lockfile", true);
}
