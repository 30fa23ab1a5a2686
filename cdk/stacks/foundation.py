"""What the slices stand on: the bus, the keys, the users, the search domain, documents, secrets, mail, alarms.

It promises shared values by deterministic names or SSM parameters, and refuses grants: who may use what is said by the
role of each function, and, for the keys of vault and inclusion data, by the key's own policy as well.
"""

from __future__ import annotations

from aws_cdk import Acknowledgment, Duration, RemovalPolicy, Stack, Validations
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_opensearchservice as opensearch
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from cdk.constructs import permissions
from cdk.constructs.alarms import alarm_when_above_zero
from cdk.constructs.function import acknowledge_wildcards, statement
from cdk.settings import StageSettings

SEARCH_ENGINE = "OpenSearch_3.7"
GROUPS = ("advisers", "operators")
KEY_USES = (
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyPair",
    "kms:GenerateDataKeyPairWithoutPlaintext",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)


def foundation(stack: Stack, stage: StageSettings) -> None:
    """Fills `stack` with everything that is shared."""
    events.EventBus(stack, "Bus", event_bus_name=stage.prefix)
    _vault_key(stack, stage)
    _webhooks_key(stack, stage)
    _inclusion_key(stack, stage)
    _users(stack, stage)
    _search(stack, stage)
    _documents(stack, stage)
    _vocabulary(stack, stage)
    _secrets(stack, stage)
    _mail(stack, stage)
    _alarm_topic(stack, stage)


def _kept(stage: StageSettings) -> RemovalPolicy:
    return RemovalPolicy.RETAIN if stage.protects_data else RemovalPolicy.DESTROY


def _parameter(scope: Construct, stage: StageSettings, name: str, value: str) -> None:
    words = (word.capitalize() for word in name.replace("/", "-").split("-"))
    ssm.StringParameter(scope, f"{''.join(words)}Parameter", parameter_name=stage.parameter(name), string_value=value)


def _vault_key(stack: Stack, stage: StageSettings) -> None:
    """The key of the vault: used by its functions, by those of the inbox, whose bodies may name a person, and, in
    need, by a person."""
    break_glass = f"{stage.prefix}-break-glass"
    _key(
        stack,
        stage,
        "VaultKey",
        alias=stage.vault_alias,
        description="Wraps the data key of each person and company in the vault, and seals the inbox of partners",
        sid="UsedByTheVaultAndTheInboxAlone",
        users=[
            *(stage.function("identities", entry) for entry in ("api", "reveal")),
            *(stage.function("partners", entry) for entry in ("api", "events")),
            break_glass,
        ],
    )
    if not stage.break_glass_principals:
        return
    opening = (
        permissions.vault_key(stage, "Decrypt"),
        permissions.table(stage, "identities", "GetItem", "Query"),
        permissions.table(stage, "identities-keys", "GetItem", "Query"),
        permissions.documents(stage, "archive", "GetObject"),
    )
    role = iam.Role(
        stack,
        "BreakGlass",
        role_name=break_glass,
        description="Opens the vault and the archive when the application cannot; every use is in CloudTrail",
        assumed_by=iam.CompositePrincipal(
            *(iam.ArnPrincipal(arn) for arn in stage.break_glass_principals)
        ).with_conditions({"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
        max_session_duration=Duration.hours(1),
        inline_policies={"permissions": iam.PolicyDocument(statements=[statement(each) for each in opening])},
    )
    acknowledge_wildcards(role, opening)


def _webhooks_key(stack: Stack, stage: StageSettings) -> None:
    """The key of the secrets that sign what partners are told."""
    _key(
        stack,
        stage,
        "WebhooksKey",
        alias=stage.webhooks_alias,
        description="Seals the signing secrets of partners' endpoints",
        sid="UsedByWebhooksAlone",
        users=[stage.function("webhooks", entry) for entry in ("api", "attempt")],
    )


def _inclusion_key(stack: Stack, stage: StageSettings) -> None:
    """The key of inclusion data: the person's page seals with it, the measurement opens, and no breaking of glass."""
    _key(
        stack,
        stage,
        "InclusionKey",
        alias=stage.inclusion_alias,
        description="Seals what a person tells of himself for the fairness watch",
        sid="UsedByInclusionAlone",
        users=[stage.function("inclusion", entry) for entry in ("api", "measure")],
    )


def _key(
    stack: Stack, stage: StageSettings, construct_id: str, *, alias: str, description: str, sid: str, users: list[str]
) -> None:
    """A key administered by the account, whose uses it refuses to every other role than these."""
    kms.Key(
        stack,
        construct_id,
        alias=alias,
        description=description,
        enable_key_rotation=True,
        removal_policy=_kept(stage),
        policy=iam.PolicyDocument(
            statements=[
                iam.PolicyStatement(
                    sid="AdministeredByTheAccount",
                    principals=[iam.AccountRootPrincipal()],
                    actions=["kms:*"],
                    resources=["*"],
                ),
                iam.PolicyStatement(
                    sid=sid,
                    effect=iam.Effect.DENY,
                    principals=[iam.AnyPrincipal()],
                    actions=list(KEY_USES),
                    resources=["*"],
                    conditions={
                        "ArnNotEquals": {
                            "aws:PrincipalArn": [f"arn:aws:iam::{stage.account}:role/{user}" for user in users]
                        }
                    },
                ),
            ]
        ),
    )


def _users(stack: Stack, stage: StageSettings) -> None:
    pool = cognito.UserPool(
        stack,
        "Users",
        user_pool_name=stage.prefix,
        self_sign_up_enabled=True,
        sign_in_aliases=cognito.SignInAliases(email=True),
        sign_in_case_sensitive=False,
        auto_verify=cognito.AutoVerifiedAttrs(email=True),
        mfa=cognito.Mfa.OPTIONAL,
        mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
        account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
        user_verification=cognito.UserVerificationConfig(
            email_subject="Votre code Passerelle", email_body="Votre code de vérification : {####}"
        ),
        password_policy=cognito.PasswordPolicy(
            min_length=12, require_lowercase=True, require_uppercase=True, require_digits=True, require_symbols=True
        ),
        deletion_protection=stage.protects_data,
        removal_policy=_kept(stage),
    )
    _acknowledge(
        pool,
        {
            "AwsSolutions-COG2": "a second factor is offered, and asked of advisers and operators by the runbook",
            "AwsSolutions-COG8": "the paid plan is the operator's choice, not a condition of the product",
        },
    )
    client = pool.add_client(
        "Web",
        user_pool_client_name=f"{stage.prefix}-web",
        generate_secret=False,
        auth_flows=cognito.AuthFlow(user_srp=True, user_password=not stage.protects_data),
        disable_o_auth=True,
        prevent_user_existence_errors=True,
        enable_token_revocation=True,
        access_token_validity=Duration.minutes(30),
        id_token_validity=Duration.minutes(30),
        refresh_token_validity=Duration.days(7),
    )
    for group in GROUPS:
        pool.add_group(group.capitalize(), group_name=group)
    _parameter(stack, stage, "user-pool-id", pool.user_pool_id)
    _parameter(stack, stage, "user-pool-client-id", client.user_pool_client_id)


def _search(stack: Stack, stage: StageSettings) -> None:
    """The domain. It has no policy of its own: who may speak to it is said by the role of `matching`."""
    several = stage.search_instances > 1
    cluster = opensearch.CfnDomain.ClusterConfigProperty(
        instance_type=stage.search_instance_type,
        instance_count=stage.search_instances,
        zone_awareness_enabled=several,
        zone_awareness_config=opensearch.CfnDomain.ZoneAwarenessConfigProperty(
            availability_zone_count=min(stage.search_instances, 3)
        )
        if several
        else None,
    )
    domain = opensearch.CfnDomain(
        stack,
        "Search",
        domain_name=stage.prefix,
        engine_version=SEARCH_ENGINE,
        cluster_config=cluster,
        ebs_options=opensearch.CfnDomain.EBSOptionsProperty(
            ebs_enabled=True, volume_type="gp3", volume_size=stage.search_volume_gib
        ),
        domain_endpoint_options=opensearch.CfnDomain.DomainEndpointOptionsProperty(
            enforce_https=True, tls_security_policy="Policy-Min-TLS-1-2-PFS-2023-10"
        ),
        encryption_at_rest_options=opensearch.CfnDomain.EncryptionAtRestOptionsProperty(enabled=True),
        node_to_node_encryption_options=opensearch.CfnDomain.NodeToNodeEncryptionOptionsProperty(enabled=True),
    )
    domain.apply_removal_policy(RemovalPolicy.DESTROY)
    _acknowledge(
        domain,
        {
            "AwsSolutions-OS1": "public endpoint with IAM: see decisions/0005",
            "AwsSolutions-OS3": "callers are functions, whose addresses change; IAM signatures are what is checked",
            "AwsSolutions-OS4": "the index can be rebuilt; dedicated masters cost more than the domain",
            "AwsSolutions-OS5": "without a policy of its own the domain answers only to roles of the account",
            "AwsSolutions-OS7": "one node outside live: the index is a projection that can be rebuilt",
            "AwsSolutions-OS9[LogExport::SEARCH_SLOW_LOGS]": "slow logs would quote queries",
            "AwsSolutions-OS9[LogExport::INDEX_SLOW_LOGS]": "slow logs would quote documents",
        },
    )
    red = cloudwatch.Metric(
        namespace="AWS/ES",
        metric_name="ClusterStatus.red",
        dimensions_map={"DomainName": stage.prefix, "ClientId": stage.account},
        statistic="Maximum",
        period=Duration.minutes(5),
    )
    alarm_when_above_zero(stack, stage, f"{stage.prefix}-search-red", red)
    _parameter(stack, stage, "search-endpoint", f"https://{domain.attr_domain_endpoint}")


def _documents(stack: Stack, stage: StageSettings) -> None:
    bucket = _bucket(stack, stage, "Documents", stage.documents_bucket)
    _acknowledge(bucket, {"AwsSolutions-S1": "every read goes through the documents slice, which records it"})


def _vocabulary(stack: Stack, stage: StageSettings) -> None:
    """The bucket of imported nomenclatures: public data, never changed, never expired."""
    bucket = _bucket(stack, stage, "Vocabulary", stage.vocabulary_bucket)
    _acknowledge(bucket, {"AwsSolutions-S1": "it holds public nomenclatures; who reads them tells nothing"})


def _bucket(stack: Stack, stage: StageSettings, construct_id: str, name: str) -> s3.Bucket:
    """A private bucket that keeps what was overwritten or deleted for 30 days."""
    return s3.Bucket(
        stack,
        construct_id,
        bucket_name=name,
        encryption=s3.BucketEncryption.S3_MANAGED,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        enforce_ssl=True,
        minimum_tls_version=1.2,
        versioned=True,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        lifecycle_rules=[
            s3.LifecycleRule(
                id="forget",
                noncurrent_version_expiration=Duration.days(30),
                abort_incomplete_multipart_upload_after=Duration.days(1),
                expired_object_delete_marker=True,
            )
        ],
        removal_policy=_kept(stage),
    )


def _secrets(stack: Stack, stage: StageSettings) -> None:
    for name, purpose, why in (
        ("link-secret", "Derives the tokens of personal links", "a new one would break the links under way"),
        ("mark-secret", "Keys the digests of SIREN numbers", "a new one would blind the deny-lists"),
    ):
        secret = secretsmanager.Secret(
            stack,
            f"{name.split('-')[0].capitalize()}Secret",
            secret_name=stage.secret(name),
            description=purpose,
            generate_secret_string=secretsmanager.SecretStringGenerator(password_length=64, exclude_punctuation=True),
            removal_policy=_kept(stage),
        )
        _acknowledge(secret, {"AwsSolutions-SMG4": f"not rotated by the clock: {why}; see the runbook"})


def _mail(stack: Stack, stage: StageSettings) -> None:
    """Mail under one configuration set: openings and clicks are not followed, and SES keeps no list of addresses of
    its own that mails returned from; what returns is told to `notifications`, which keeps ids alone.
    """
    configuration = ses.ConfigurationSet(
        stack,
        "MailConfiguration",
        configuration_set_name=stage.prefix,
        reputation_metrics=True,
        tls_policy=ses.ConfigurationSetTlsPolicy.REQUIRE,
        disable_suppression_list=True,
    )
    ses.CfnConfigurationSetEventDestination(
        stack,
        "MailReturns",
        configuration_set_name=configuration.configuration_set_name,
        event_destination=ses.CfnConfigurationSetEventDestination.EventDestinationProperty(
            name="returns",
            enabled=True,
            matching_event_types=["BOUNCE", "COMPLAINT"],
            event_bridge_destination=ses.CfnConfigurationSetEventDestination.EventBridgeDestinationProperty(
                event_bus_arn=stage.arn("events", "event-bus/default")
            ),
        ),
    )
    ses.EmailIdentity(
        stack, "MailDomain", identity=ses.Identity.domain(stage.mail_domain), configuration_set=configuration
    )


def _alarm_topic(stack: Stack, stage: StageSettings) -> None:
    topic = sns.Topic(stack, "Alarms", topic_name=f"{stage.prefix}-alarms", enforce_ssl=True)
    topic.add_to_resource_policy(
        iam.PolicyStatement(
            sid="CloudWatchTells",
            principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
            actions=["sns:Publish"],
            resources=[topic.topic_arn],
            conditions={"StringEquals": {"aws:SourceAccount": stage.account}},
        )
    )
    if stage.alarm_mail:
        topic.add_subscription(subscriptions.EmailSubscription(stage.alarm_mail))


def _acknowledge(scope: Construct, reasons: dict[str, str]) -> None:
    for rule, reason in reasons.items():
        Validations.of(scope).acknowledge(Acknowledgment(id=rule, reason=reason))
