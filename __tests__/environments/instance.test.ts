import { parseBackupWindow, parseMaintenanceWindow } from "../../environments/windows";
import { problemsOf } from "../support/configuration";
import { ownNetwork } from "../support/synth";

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
