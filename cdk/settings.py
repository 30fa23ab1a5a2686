"""The stages, as typed and frozen settings: the one file an operator edits before deploying.

It promises every name of the deployment from the stage alone, so that no stack has to import a value of another, and
refuses a stage nobody described. Accounts are written here and not read from the environment: a template must say the
same thing whoever synthesises it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

StageName = Literal["local", "dev", "sandbox", "live"]


@dataclass(frozen=True, kw_only=True)
class StageSettings:
    """What differs from one stage to another; durations carry their unit in their name."""

    name: StageName
    account: str
    region: str = "eu-west-3"
    public_url: str
    certificate_arn: str | None = None
    mail_sender: str
    operator_name: str
    privacy_contact: str
    alarm_mail: str | None = None
    search_instance_type: str = "t3.small.search"
    search_instances: int = 1
    search_volume_gib: int = 10
    log_retention_days: int = 30
    throttle_per_second: int = 50
    throttle_burst: int = 100
    requests_per_second: int = 10
    requests_at_once: int = 50
    requests_per_address_in_five_minutes: int = 1000
    link_days: int = 14
    key_overlap_hours: int = 24
    vault_recovery_days: int = 7
    publication_hours: int = 24
    min_members: int = 5
    min_lenders: int = 3
    max_lender_share: int = 60
    records_recovery_days: int = 35
    inbox_days: int = 90
    small_cell: int = 5
    break_glass_principals: tuple[str, ...] = ()
    trusted_webhook_host: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.vault_recovery_days <= 7:
            raise ValueError("vault_recovery_days: 1 to 7, a destroyed key must stay destroyed soon")
        if self.min_members < 5 or self.min_lenders < 3 or not 1 <= self.max_lender_share <= 60:
            raise ValueError("masking: at least 5 members of 3 lenders, at most 60 % of them from one")
        if not 0 <= self.key_overlap_hours <= 168:
            raise ValueError("key_overlap_hours: 0 (the former key stops at once) to 168, a week")
        if not 1 <= self.requests_per_second <= 1000 or self.requests_at_once < 1:
            raise ValueError("requests_per_second: 1 to 1000, and at least one at once")
        if self.small_cell < 5:
            raise ValueError("small_cell: figures about fewer than 5 people are told by no stage")
        if not 1 <= self.inbox_days <= 90:
            raise ValueError("inbox_days: 1 to 90, a raw body may name a person")
        if not 0 <= self.publication_hours <= 24:
            raise ValueError("publication_hours: 0 (at once) to 24")
        if self.trusted_webhook_host and self.name != "local":
            raise ValueError("trusted_webhook_host: for tests on one machine alone")
        if not 1 <= self.records_recovery_days <= 35:
            raise ValueError("records_recovery_days: 1 to 35, which is what DynamoDB offers")
        if self.public_url.endswith("/"):
            raise ValueError("public_url: without a slash at the end")

    @property
    def protects_data(self) -> bool:
        """Whether stateful resources outlive their stack and refuse deletion."""
        return self.name != "local"

    @property
    def key_prefix(self) -> str:
        """How the API keys of this stage begin: whoever holds one sees whether it acts on real people."""
        return "psk_live" if self.name == "live" else "psk_test"

    @property
    def publication_schedule(self) -> str:
        """When waiting cards are published, besides at once where a stage does: a scheduler's expression."""
        return "rate(1 hour)" if self.publication_hours < 2 else f"rate({self.publication_hours} hours)"

    @property
    def mail_domain(self) -> str:
        """The domain that SES verifies, that of the sender."""
        return self.mail_sender.rpartition("@")[2]

    @property
    def prefix(self) -> str:
        """`passerelle-<stage>`: the name of the bus, and the start of every other name."""
        return f"passerelle-{self.name}"

    @property
    def documents_bucket(self) -> str:
        """Bucket names are world-wide, hence the account."""
        return f"{self.prefix}-documents-{self.account}"

    @property
    def vocabulary_bucket(self) -> str:
        """Where imported nomenclatures lie; nothing in it is secret."""
        return f"{self.prefix}-vocabulary-{self.account}"

    @property
    def vault_alias(self) -> str:
        """The alias of the vault's key."""
        return f"alias/{self.prefix}-vault"

    @property
    def webhooks_alias(self) -> str:
        """The alias of the key under which the secrets of partners' endpoints rest."""
        return f"alias/{self.prefix}-webhooks"

    @property
    def inclusion_alias(self) -> str:
        """The alias of the key of inclusion data."""
        return f"alias/{self.prefix}-inclusion"

    def table(self, slice_name: str) -> str:
        """The table of a slice (or a shared one: `identities-keys`, `classes`, `nomenclatures`)."""
        return f"{self.prefix}-{slice_name}"

    def function(self, slice_name: str, entry: str) -> str:
        """The Lambda function of a slice's entry; its role bears the same name."""
        return f"{self.prefix}-{slice_name}-{entry}"

    def queue(self, slice_name: str) -> str:
        """The one queue of a consuming slice; its dead letters go to the same name with `-dlq`."""
        return f"{self.prefix}-{slice_name}"

    def work_queue(self, slice_name: str, name: str) -> str:
        """A queue of a slice's own, first in first out within each message group."""
        return f"{self.prefix}-{slice_name}-{name}.fifo"

    def queue_url(self, queue_name: str) -> str:
        """The address of a queue, by which the SDK names it."""
        return f"https://sqs.{self.region}.amazonaws.com/{self.account}/{queue_name}"

    def parameter(self, name: str) -> str:
        """The SSM parameter `/passerelle/<stage>/<name>`."""
        return f"/passerelle/{self.name}/{name}"

    def secret(self, name: str) -> str:
        """The secret `passerelle/<stage>/<name>`."""
        return f"passerelle/{self.name}/{name}"

    def parameter_reference(self, name: str) -> str:
        """The dynamic reference that CloudFormation replaces by the parameter's value when it deploys."""
        return f"{{{{resolve:ssm:{self.parameter(name)}}}}}"

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource of this stage's account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


STAGES: dict[str, StageSettings] = {
    stage.name: stage
    for stage in (
        StageSettings(
            name="local",
            account="123456789012",
            public_url="http://localhost:8080",
            mail_sender="passerelle@passerelle.example",
            operator_name="L’opérateur de Passerelle",
            privacy_contact="dpo@passerelle.example",
            log_retention_days=1,
            publication_hours=0,
            requests_per_second=1000,
            requests_at_once=10_000,
            trusted_webhook_host="127.0.0.1",
        ),
        StageSettings(
            name="dev",
            account="111111111111",
            public_url="https://dev.passerelle.example",
            mail_sender="passerelle@dev.passerelle.example",
            operator_name="L’opérateur de Passerelle",
            privacy_contact="dpo@dev.passerelle.example",
        ),
        StageSettings(
            name="sandbox",
            account="222222222222",
            public_url="https://sandbox.passerelle.example",
            certificate_arn="arn:aws:acm:eu-west-3:222222222222:certificate/00000000-0000-0000-0000-000000000000",
            mail_sender="passerelle@sandbox.passerelle.example",
            operator_name="L’opérateur de Passerelle",
            privacy_contact="dpo@sandbox.passerelle.example",
            alarm_mail="exploitation@passerelle.example",
            publication_hours=0,
        ),
        StageSettings(
            name="live",
            account="333333333333",
            public_url="https://passerelle.example",
            certificate_arn="arn:aws:acm:eu-west-3:333333333333:certificate/00000000-0000-0000-0000-000000000000",
            mail_sender="passerelle@passerelle.example",
            operator_name="L’opérateur de Passerelle",
            privacy_contact="dpo@passerelle.example",
            alarm_mail="exploitation@passerelle.example",
            search_instance_type="m7g.large.search",
            search_instances=2,
            search_volume_gib=20,
            log_retention_days=180,
            throttle_per_second=200,
            throttle_burst=400,
        ),
    )
}


def stage_settings(name: str) -> StageSettings:
    """The settings of a stage. Raises `KeyError` with the known names for any other."""
    if name not in STAGES:
        raise KeyError(f"no stage {name!r}: {', '.join(STAGES)}")
    return STAGES[name]
