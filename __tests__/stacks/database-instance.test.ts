import { ordersStack, ownNetwork, ref, SUBNETS, synthesize, VPC } from "../support/synth";

const orders = ordersStack();

test("the instance is encrypted, private, backed up, protected and logged, and keeps its own master password", () => {
  expect(orders.resource("aws_db_instance.database")).toEqual({
    allocated_storage: 20,
    auto_minor_version_upgrade: true,
    backup_retention_period: 7,
    ca_cert_identifier: "rds-ca-rsa2048-g1",
    copy_tags_to_snapshot: true,
    db_name: "orders",
    db_subnet_group_name: ref("aws_db_subnet_group.database_subnet-group.name"),
    delete_automated_backups: false,
    deletion_protection: true,
    depends_on: [
      "aws_cloudwatch_log_group.database_log-postgresql",
      "aws_cloudwatch_log_group.database_log-upgrade",
    ],
    enabled_cloudwatch_logs_exports: ["postgresql", "upgrade"],
    engine: "postgres",
    engine_version: "17",
    final_snapshot_identifier: "test-orders-final",
    iam_database_authentication_enabled: false,
    identifier: "test-orders",
    instance_class: "db.t4g.micro",
    kms_key_id: ref("aws_kms_key.key.arn"),
    manage_master_user_password: true,
    master_user_secret_kms_key_id: ref("aws_kms_key.key.arn"),
    max_allocated_storage: 100,
    multi_az: false,
    parameter_group_name: ref("aws_db_parameter_group.database_parameter-group.name"),
    port: 5432,
    publicly_accessible: false,
    skip_final_snapshot: false,
    storage_encrypted: true,
    storage_type: "gp3",
    username: "rotation_admin",
    vpc_security_group_ids: [ref("aws_security_group.database_security-group.id")],
  });
});

test("settings reach the instance", () => {
  // given
  const stack = ordersStack({
    engineVersion: "16.4",
    databaseName: "sales",
    adminUsername: "root",
    port: 6000,
    instanceClass: "db.r8g.large",
    allocatedStorageGib: 200,
    maxAllocatedStorageGib: 400,
    multiAz: true,
    backupRetentionDays: 35,
    deletionProtection: false,
    iamAuthentication: true,
  });

  // then
  expect(stack.resource("aws_db_instance.database")).toMatchObject({
    engine_version: "16.4",
    db_name: "sales",
    username: "root",
    port: 6000,
    instance_class: "db.r8g.large",
    allocated_storage: 200,
    max_allocated_storage: 400,
    multi_az: true,
    backup_retention_period: 35,
    deletion_protection: false,
    iam_database_authentication_enabled: true,
  });
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
