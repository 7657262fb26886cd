import { boundaryArn } from "../bounds";
import { on, type Permission, when } from "../permission";

/** The roles of the stacks, and no other whose name begins with the environment's. */
export const ROLES = {
  rotation: "role/<env>-*-rotation",
  monitoring: "role/<env>-*-monitoring",
  flowLogs: "role/<env>-vpc-flow-logs",
} as const;

/** No role can do more than the boundary, whatever its own policies say. */
export const bounded = (permission: Permission) =>
  when(
    "bounded",
    {
      StringEquals: {
        "iam:PermissionsBoundary": boundaryArn({ partition: "<partition>", accountId: "<account>" }, "<env>"),
      },
    },
    permission,
  );

/** To that service and no other. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html */
export const passed = (role: keyof typeof ROLES, service: string) =>
  when(
    "passed",
    { StringEquals: { "iam:PassedToService": `${service}.amazonaws.com` } },
    on("iam", ROLES[role], "PassRole"),
  );
