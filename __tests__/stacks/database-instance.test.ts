import type { DatabaseInput } from "../../environments";
import { type Attributes, ordersStack, ownNetwork, ref, SUBNETS, synthesize, VPC } from "../support/synth";

type Database = DatabaseInput;

const orders = ordersStack();
const production = ordersStack({ tier: "production" });

test("in production the instance is encrypted, private, standing by, backed up, measured, protected and logged", () => {
  expect(production.resource("aws_db_instance.database")).toEqual({
    allocated_storage: 100,
    allow_major_version_upgrade: false,
    apply_immediately: false,
    auto_minor_version_upgrade: true,
    backup_retention_period: 35,
    ca_cert_identifier: "rds-ca-rsa2048-g1",
    copy_tags_to_snapshot: true,
    database_insights_mode: "standard",
    db_name: "orders",
    db_subnet_group_name: ref("aws_db_subnet_group.database_subnet-group.name"),
    delete_automated_backups: false,
    deletion_protection: true,
    depends_on: [
      "aws_cloudwatch_log_group.database_log-postgresql",
      "aws_cloudwatch_log_group.database_log-upgrade",
      "aws_iam_role_policy.database_monitoring_measurements",
    ],
    enabled_cloudwatch_logs_exports: ["postgresql", "upgrade"],
    engine: "postgres",
    engine_version: "17",
    final_snapshot_identifier: `test-orders-final-${ref("aws_kms_key.key.key_id")}`,
    iam_database_authentication_enabled: false,
    identifier: "test-orders",
    instance_class: "db.m7g.large",
    kms_key_id: ref("aws_kms_key.key.arn"),
    manage_master_user_password: true,
    master_user_secret_kms_key_id: ref("aws_kms_key.key.arn"),
    max_allocated_storage: 500,
    monitoring_interval: 60,
    monitoring_role_arn: ref("aws_iam_role.database_monitoring.arn"),
    multi_az: true,
    network_type: "IPV4",
    parameter_group_name: ref("aws_db_parameter_group.database_parameter-group.name"),
    performance_insights_enabled: true,
    performance_insights_kms_key_id: ref("aws_kms_key.key.arn"),
    performance_insights_retention_period: 7,
    port: 5432,
    publicly_accessible: false,
    skip_final_snapshot: false,
    storage_encrypted: true,
    storage_type: "gp3",
    username: "rotation_admin",
    vpc_security_group_ids: [ref("aws_security_group.database_security-group.id")],
  });
});

test("in development it is encrypted, private, backed up and logged", () => {
  expect(orders.resource("aws_db_instance.database")).toEqual({
    allocated_storage: 20,
    allow_major_version_upgrade: false,
    apply_immediately: false,
    auto_minor_version_upgrade: true,
    backup_retention_period: 7,
    ca_cert_identifier: "rds-ca-rsa2048-g1",
    copy_tags_to_snapshot: true,
    db_name: "orders",
    db_subnet_group_name: ref("aws_db_subnet_group.database_subnet-group.name"),
    delete_automated_backups: false,
    deletion_protection: false,
    depends_on: [
      "aws_cloudwatch_log_group.database_log-postgresql",
      "aws_cloudwatch_log_group.database_log-upgrade",
    ],
    enabled_cloudwatch_logs_exports: ["postgresql", "upgrade"],
    engine: "postgres",
    engine_version: "17",
    iam_database_authentication_enabled: false,
    identifier: "test-orders",
    instance_class: "db.t4g.micro",
    kms_key_id: ref("aws_kms_key.key.arn"),
    manage_master_user_password: true,
    master_user_secret_kms_key_id: ref("aws_kms_key.key.arn"),
    max_allocated_storage: 100,
    monitoring_interval: 0,
    multi_az: false,
    network_type: "IPV4",
    parameter_group_name: ref("aws_db_parameter_group.database_parameter-group.name"),
    performance_insights_enabled: false,
    port: 5432,
    publicly_accessible: false,
    skip_final_snapshot: true,
    storage_encrypted: true,
    storage_type: "gp3",
    username: "rotation_admin",
    vpc_security_group_ids: [ref("aws_security_group.database_security-group.id")],
  });
});

test.each<[Partial<Database>, Attributes]>([
  [{ engineVersion: "16.4" }, { engine_version: "16.4" }],
  [{ allowMajorVersionUpgrade: true }, { allow_major_version_upgrade: true }],
  [{ autoMinorVersionUpgrade: false }, { auto_minor_version_upgrade: false }],
  [{ applyImmediately: true }, { apply_immediately: true }],
  [{ databaseName: "sales" }, { db_name: "sales" }],
  [{ adminUsername: "root" }, { username: "root" }],
  [{ instanceClass: "db.r8g.large" }, { instance_class: "db.r8g.large" }],
  [{ allocatedStorageGib: 200 }, { allocated_storage: 200, max_allocated_storage: 1000 }],
  [{ allocatedStorageGib: 40_000 }, { allocated_storage: 40_000, max_allocated_storage: 65_536 }],
  [{ maxAllocatedStorageGib: 22 }, { allocated_storage: 20, max_allocated_storage: 22 }],
  [{ allocatedStorageGib: 400, iops: 20_000 }, { iops: 20_000 }],
  [
    { allocatedStorageGib: 400, throughputMibps: 600 },
    { iops: 12_000, storage_throughput: 600 },
  ],
  [{ multiAz: true }, { multi_az: true }],
  [{ networkType: "DUAL" }, { network_type: "DUAL" }],
  [{ backupRetentionDays: 35 }, { backup_retention_period: 35 }],
  [{ backupWindow: "02:00-03:00" }, { backup_window: "02:00-03:00" }],
  [{ maintenanceWindow: "sun:03:00-sun:04:00" }, { maintenance_window: "sun:03:00-sun:04:00" }],
  [{ deletionProtection: true }, { deletion_protection: true }],
  [{ iamAuthentication: true }, { iam_database_authentication_enabled: true }],
  [{ caCertificateIdentifier: "rds-ca-ecc384-g1" }, { ca_cert_identifier: "rds-ca-ecc384-g1" }],
  [
    { insights: "advanced" },
    {
      database_insights_mode: "advanced",
      performance_insights_enabled: true,
      performance_insights_retention_period: 465,
    },
  ],
])("%j reaches the instance", (settings, attributes) => {
  expect(ordersStack(settings).resource("aws_db_instance.database")).toMatchObject(attributes);
});

test("storage that shall not grow has no maximum", () => {
  const instance = ordersStack({ maxAllocatedStorageGib: 20 }).resource("aws_db_instance.database");
  expect(instance).not.toHaveProperty("max_allocated_storage");
});

test("the version and the port reach what depends on them", () => {
  // given
  const stack = ordersStack({ engineVersion: "16.4", port: 6000 });

  // then
  expect(stack.resource("aws_db_parameter_group.database_parameter-group")).toMatchObject({
    family: "postgres16",
    name: "test-orders-postgres16",
  });
  expect(stack.json.output?.["database-endpoint"]).toEqual({
    value: `${ref("aws_db_instance.database.address")}:6000`,
  });
});

test("the log groups have the names RDS writes to", () => {
  expect(orders.resource("aws_cloudwatch_log_group.database_log-postgresql").name).toBe(
    "/aws/rds/instance/test-orders/postgresql",
  );
  expect(orders.resource("aws_cloudwatch_log_group.database_log-upgrade").name).toBe(
    "/aws/rds/instance/test-orders/upgrade",
  );
});

test("the database takes TLS only, and stores SCRAM verifiers", () => {
  expect(orders.resource("aws_db_parameter_group.database_parameter-group")).toEqual({
    description: "Parameters of test-orders",
    family: "postgres17",
    lifecycle: { create_before_destroy: true },
    name: "test-orders-postgres17",
    parameter: [
      { apply_method: "pending-reboot", name: "password_encryption", value: "scram-sha-256" },
      { apply_method: "pending-reboot", name: "rds.force_ssl", value: "1" },
    ],
  });
});

test("parameters are added to those that are not negotiable", () => {
  // when
  const { parameter } = ordersStack({
    parameters: {
      work_mem: { value: "{DBInstanceClassMemory/4096}", apply: "immediate" },
      max_connections: { value: "200" },
    },
  }).resource("aws_db_parameter_group.database_parameter-group");

  // then
  expect(parameter).toEqual([
    { apply_method: "pending-reboot", name: "password_encryption", value: "scram-sha-256" },
    { apply_method: "pending-reboot", name: "rds.force_ssl", value: "1" },
    { apply_method: "immediate", name: "work_mem", value: "{DBInstanceClassMemory/4096}" },
    { apply_method: "pending-reboot", name: "max_connections", value: "200" },
  ]);
});

describe.each([
  ["mysql", "8.4", "mysql8.4", "test-orders-mysql8-4"],
  ["mariadb", "11.4", "mariadb11.4", "test-orders-mariadb11-4"],
] as const)("%s", (engine, version, family, name) => {
  const stack = ordersStack({ engine });

  test("has its own version, port, master user and logs, but never the general log", () => {
    expect(stack.resource("aws_db_instance.database")).toMatchObject({
      engine,
      engine_version: version,
      port: 3306,
      username: "rotationadmin",
      enabled_cloudwatch_logs_exports: ["error", "slowquery"],
      depends_on: [
        "aws_cloudwatch_log_group.database_log-error",
        "aws_cloudwatch_log_group.database_log-slowquery",
      ],
    });
    expect(stack.resource("aws_cloudwatch_log_group.database_log-slowquery").name).toBe(
      "/aws/rds/instance/test-orders/slowquery",
    );
  });

  test("takes TLS only, and writes its slow query log where RDS exports it from", () => {
    expect(stack.resource("aws_db_parameter_group.database_parameter-group")).toMatchObject({
      family,
      name,
      parameter: [
        { apply_method: "pending-reboot", name: "log_output", value: "FILE" },
        { apply_method: "pending-reboot", name: "require_secure_transport", value: "1" },
        { apply_method: "pending-reboot", name: "slow_query_log", value: "1" },
      ],
    });
  });

  test("is rotated by its own function", () => {
    expect(stack.resource("aws_lambda_function.rotation").filename).toBe(
      `../../assets/rotation-${engine}.zip`,
    );
  });
});

test.each([
  ["postgres", "public", "orders"],
  ["mariadb", "public", "public"],
  ["mariadb", undefined, undefined],
] as const)("on %s a user of schema %s is told to log in to database %s", (engine, schema, dbname) => {
  const grants = schema === undefined ? [] : [{ privilege: "readonly" as const, schema }];
  const stack = ordersStack({ engine, users: { app: { grants } } });
  const { input } = stack.resource("aws_lambda_invocation.initialize-app");
  expect(JSON.parse(String(input)).Connection.dbname).toBe(dbname);
});

test("the instance is in the subnets of the existing VPC", () => {
  expect(orders.resource("aws_db_subnet_group.database_subnet-group").subnet_ids).toEqual(SUBNETS);
  expect(orders.resource("aws_security_group.database_security-group").vpc_id).toBe(VPC);
});

test("or in those of the environment's own, read from the network stack's state", () => {
  // given
  const synthesis = synthesize({ test: ownNetwork() });
  const state = "data.terraform_remote_state.cross-stack-reference-input-test-network.outputs";

  // then
  const stack = synthesis.stack("test-orders");
  expect(stack.resource("aws_db_subnet_group.database_subnet-group").subnet_ids).toEqual([
    ref(`${state}.cross-stack-output-aws_subnet_subnet-a_id`),
    ref(`${state}.cross-stack-output-aws_subnet_subnet-b_id`),
  ]);
  expect(synthesis.stack("test-network").json.output).toHaveProperty(
    "cross-stack-output-aws_subnet_subnet-a_id",
  );
});

test("configured clients are let in, under addresses that do not depend on their order", () => {
  // given
  const rule = (client: string) => ({
    description: "Configured client",
    from_port: 5432,
    ip_protocol: "tcp",
    referenced_security_group_id: client,
    security_group_id: ref("aws_security_group.database_security-group.id"),
    to_port: 5432,
  });

  // when
  const stack = ordersStack({ clientSecurityGroupIds: ["sg-0000000b", "sg-0000000a"] });

  // then
  expect(stack.all("aws_vpc_security_group_ingress_rule")).toMatchObject({
    "database_client-sg-0000000a": rule("sg-0000000a"),
    "database_client-sg-0000000b": rule("sg-0000000b"),
  });
});
