import { parseBackupWindow, parseMaintenanceWindow } from "../../environments/windows";
import { orders, type Path, problemsOf, withValue } from "../support/configuration";
import { ownNetwork } from "../support/synth";

const BACKUP = 'must be a daily time in UTC of at least 30 minutes, such as "02:00-03:00"';
const MAINTENANCE = 'must be a weekly time in UTC of 30 minutes to 24 hours, such as "sun:03:30-sun:04:30"';

describe("a wrong value is refused with its path, what would be right, and what was given", () => {
  test.each<[Path, unknown, string]>([
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
      "replicas must not be set: RDS makes no read replicas of an instance whose master password it manages, and " +
        'here no other hand may hold that password, got {"reporting":{}}',
    ],
  ])("%j: %j", (path, value, problem) => {
    expect(problemsOf({ dev: withValue(orders(...path), value) })).toEqual([
      `environments/dev: databases.orders.${problem}`,
    ]);
  });
});

describe("what does not fit together is refused", () => {
  test("throughput that the operations cannot carry", () => {
    const storage = { allocatedStorageGib: 400, throughputMibps: 3001 };
    expect(problemsOf({ dev: ownNetwork(storage) })).toEqual([
      "environments/dev: databases.orders.throughputMibps must be at most a quarter of iops, which is 12000, got 3001",
    ]);
    expect(problemsOf({ dev: ownNetwork({ ...storage, iops: 13_000 }) })).toEqual([]);
  });

  test.each([
    ["mysql", "db.t4g.small", "MySQL"],
    ["mariadb", "db.t3.micro", "MariaDB"],
  ] as const)("insights for %s on %s", (engine, instanceClass, title) => {
    const problem = `must be "none": RDS has none for ${title} on ${instanceClass}`;
    const small = { engine, instanceClass };
    expect(problemsOf({ dev: ownNetwork({ ...small, insights: "standard" }) })).toEqual([
      `environments/dev: databases.orders.insights ${problem}, got "standard"`,
    ]);
    expect(problemsOf({ dev: ownNetwork({ ...small, tier: "production" }) })).toEqual([
      `environments/dev: databases.orders.insights ${problem}, got nothing`,
    ]);
    expect(problemsOf({ dev: ownNetwork({ ...small, insights: "none" }) })).toEqual([]);
  });

  test.each([
    ["02:00-03:00", "sun:02:59-sun:04:00", true],
    ["02:00-03:00", "sun:03:00-sun:04:00", false],
    ["03:59-05:00", "wed:03:00-wed:04:00", true],
    ["04:00-05:00", "wed:03:00-wed:04:00", false],
    ["23:30-00:30", "sun:00:15-sun:00:45", true],
    ["23:30-00:30", "sat:23:45-sun:00:15", true],
    ["12:00-12:30", "sat:23:45-sun:23:45", true],
    ["12:00-12:30", "sat:13:00-sun:11:30", false],
  ])("backups at %s with maintenance at %s: %s", (backupWindow, maintenanceWindow, overlapping) => {
    expect(problemsOf({ dev: ownNetwork({ backupWindow, maintenanceWindow }) })).toEqual(
      overlapping
        ? [
            `environments/dev: databases.orders.maintenanceWindow must not overlap backupWindow, which is ${backupWindow}, ` +
              `got "${maintenanceWindow}"`,
          ]
        : [],
    );
  });
});

test("windows are minutes of the week", () => {
  expect(parseBackupWindow("23:30-00:30")).toEqual({ start: 1410, length: 60 });
  expect(parseMaintenanceWindow("sat:23:30-sun:00:30")).toEqual({ start: 10_050, length: 60 });
  expect(parseMaintenanceWindow("mon:00:00-tue:00:00")).toEqual({ start: 1440, length: 1440 });
});
