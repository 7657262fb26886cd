import { orders } from "../../support/configuration";
import { wrongInputs } from "../../support/wrong-inputs";

const BACKUP = 'must be a daily time in UTC of at least 30 minutes, such as "02:00-03:00"';
const MAINTENANCE = 'must be a weekly time in UTC of 30 minutes to 24 hours, such as "sun:03:30-sun:04:30"';

export const instance = wrongInputs(
  [
    [["tier"], "test", 'tier must be "development" or "production", got "test"'],
    [["engineVersion"], 17, "engineVersion must be a version in quotes, got 17"],
    [["autoMinorVersionUpgrade"], "no", 'autoMinorVersionUpgrade must be true or false, got "no"'],
    [["applyImmediately"], 1, "applyImmediately must be true or false, got 1"],
    [["allowMajorVersionUpgrade"], "18", 'allowMajorVersionUpgrade must be true or false, got "18"'],
    [["backupWindow"], "2:00-3:00", `backupWindow ${BACKUP}, got "2:00-3:00"`],
    [["backupWindow"], "02:00-02:29", `backupWindow ${BACKUP}, got "02:00-02:29"`],
    [["backupWindow"], "02:00-24:00", `backupWindow ${BACKUP}, got "02:00-24:00"`],
    [["maintenanceWindow"], "03:30-04:30", `maintenanceWindow ${MAINTENANCE}, got "03:30-04:30"`],
    [
      ["maintenanceWindow"],
      "sun:03:30-tue:04:30",
      `maintenanceWindow ${MAINTENANCE}, got "sun:03:30-tue:04:30"`,
    ],
    [
      ["maintenanceWindow"],
      "Sun:03:30-Sun:04:30",
      `maintenanceWindow ${MAINTENANCE}, got "Sun:03:30-Sun:04:30"`,
    ],
    [["networkType"], "IPV6", 'networkType must be "IPV4" or "DUAL", got "IPV6"'],
    [
      ["networkType"],
      "DUAL",
      'networkType must be "IPV4" in a VPC of the environment\'s own without ipv6: true, got "DUAL"',
    ],
    [["finalSnapshot"], "final", 'finalSnapshot must be true or false, got "final"'],
    [["insights"], "extended", 'insights must be "none" or "standard" or "advanced", got "extended"'],
    [
      ["monitoringIntervalSeconds"],
      20,
      "monitoringIntervalSeconds must be one of these numbers of seconds: 0, 1, 5, 10, 15, 30, 60, got 20",
    ],
    [
      ["caCertificateIdentifier"],
      "rds-ca-2019",
      'caCertificateIdentifier must be "rds-ca-rsa2048-g1" or "rds-ca-rsa4096-g1" or "rds-ca-ecc384-g1", ' +
        'got "rds-ca-2019"',
    ],
    [["iops"], 3000, "iops must be a whole number of operations per second from 12000 to 64000, got 3000"],
    [
      ["iops"],
      12_000,
      "iops must not be set below 400 GiB of storage, where RDS has one speed only, got 12000",
    ],
    [
      ["throughputMibps"],
      500,
      "throughputMibps must not be set below 400 GiB of storage, where RDS has one speed only, got 500",
    ],
    [
      ["throughputMibps"],
      125,
      "throughputMibps must be a whole number of MiB per second from 500 to 4000, got 125",
    ],
    [
      ["maxAllocatedStorageGib"],
      21,
      "maxAllocatedStorageGib must be 20, as allocatedStorageGib, for no growth, or at least 22, got 21",
    ],
    [["parameters"], ["a"], 'parameters must be parameters by name, got ["a"]'],
    [
      ["parameters"],
      { Work_Mem: { value: "1" } },
      'parameters: each name must be a parameter\'s name in lower-case letters, digits, _, . and -, got "Work_Mem"',
    ],
    [["parameters"], { work_mem: 64 }, "parameters.work_mem must be an object with value, apply, got 64"],
    [
      ["parameters"],
      { work_mem: { value: 64 } },
      'parameters.work_mem.value must be text such as "200", { not right after $ or % (Terraform\'s templates), got 64',
    ],
    [
      ["parameters"],
      { work_mem: { value: "64", apply: "now" } },
      'parameters.work_mem.apply must be "pending-reboot" or "immediate", got "now"',
    ],
    [
      ["parameters"],
      { "rds.force_ssl": { value: "0" } },
      'parameters.rds.force_ssl must not be set: the stacks set it to 1, got {"value":"0"}',
    ],
    [
      ["replicas"],
      { reporting: {} },
      "replicas must not be set: RDS makes no read replicas of an instance whose master password it manages. For a " +
        'standby set multiAz; for replicas adopt a database that has them, with source: "existing" ' +
        '(docs/adopting.md), got {"reporting":{}}',
    ],
  ],
  { at: orders() },
);
