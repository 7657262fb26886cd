/** Events as AWS shows them, of a secret. */
const common = {
  version: "0",
  id: "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
  source: "aws.secretsmanager",
  account: "111122223333",
  time: "2026-11-01T02:00:09Z",
  region: "eu-west-1",
};

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html#cloudtrail_log_entries_rotation */
export function rotationEvent(eventName: string, secretArn: string) {
  return {
    ...common,
    "detail-type": "AWS Service Event via CloudTrail",
    resources: [],
    detail: {
      eventVersion: "1.08",
      userIdentity: { accountId: "111122223333", invokedBy: "secretsmanager.amazonaws.com" },
      eventTime: common.time,
      eventSource: "secretsmanager.amazonaws.com",
      eventName,
      awsRegion: "eu-west-1",
      sourceIPAddress: "secretsmanager.amazonaws.com",
      userAgent: "secretsmanager.amazonaws.com",
      requestParameters: null,
      responseElements: null,
      additionalEventData: { SecretId: secretArn },
      eventID: "37a5b8a1-0c3e-4d4f-9c3e-111122223333",
      readOnly: false,
      eventType: "AwsServiceEvent",
      managementEvent: true,
      recipientAccountId: "111122223333",
      eventCategory: "Management",
    },
  };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/event-detail-secret-label-updated-secretsmanager.html */
export function labelEvent(labelUpdated: string, secretArn: string) {
  return {
    ...common,
    "detail-type": "Secret Label Updated",
    resources: [secretArn],
    detail: {
      name: secretArn.replace(/^.*:secret:|-.{6}$/g, ""),
      labelUpdated,
      versionId: "a1b2c3d4-5678-90ab-cdef-EXAMPLE11111",
    },
  };
}

/** https://docs.aws.amazon.com/config/latest/developerguide/monitor-config-with-cloudwatchevents.html */
export function complianceEvent(configRuleName: string, complianceType: string, secretArn: string) {
  return {
    ...common,
    source: "aws.config",
    "detail-type": "Config Rules Compliance Change",
    resources: [],
    detail: {
      resourceId: secretArn,
      awsRegion: "eu-west-1",
      awsAccountId: "111122223333",
      configRuleName,
      recordVersion: "1.0",
      configRuleARN: "arn:aws:config:eu-west-1:111122223333:config-rule/config-rule-abcdef",
      messageType: "ComplianceChangeNotification",
      newEvaluationResult: { complianceType, resultRecordedTime: common.time },
      resourceType: "AWS::SecretsManager::Secret",
    },
  };
}
