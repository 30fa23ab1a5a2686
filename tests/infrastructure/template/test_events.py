"""How events arrive: rules that match on source and type only, queues with an end for what fails, each type handled."""

from __future__ import annotations

import importlib

import pytest

from cdk.constructs.slice import Slice
from cdk.settings import stage_settings
from cdk.slices import pages
from tests.infrastructure.template.facts import Resource, Templates

PAGES = pages(stage_settings("local"))
CONSUMERS = [page for page in PAGES if page.subscriptions]


@pytest.mark.parametrize("page", CONSUMERS, ids=lambda page: page.name)
def test_a_slice_handles_what_it_subscribes_to_and_nothing_else(page: Slice) -> None:
    handler = importlib.import_module(f"functions.{page.name}.handler")

    assert set(handler.events.reactions) == {event.__name__ for event in page.subscriptions}


def rules_of_the_bus(local: Templates) -> list[Resource]:
    return [rule for rule in local.all("AWS::Events::Rule") if "EventBusName" in rule.properties]


def rules_on_mail_that_returned(local: Templates) -> list[Resource]:
    return [rule for rule in local.all("AWS::Events::Rule") if "EventBusName" not in rule.properties]


def test_rules_match_on_source_and_type_only(local: Templates) -> None:
    for rule in rules_of_the_bus(local):
        assert set(rule.properties["EventPattern"]) == {"source", "detail-type"}
        assert rule.properties["EventBusName"] == "passerelle-local"
        assert "ScheduleExpression" not in rule.properties


def test_rules_target_one_queue_and_keep_what_they_cannot_deliver(local: Templates) -> None:
    for rule in rules_of_the_bus(local):
        (target,) = rule.properties["Targets"]
        queue = local.target(rule.stack, target["Arn"])

        assert queue.type == "AWS::SQS::Queue"
        assert local.target(rule.stack, target["DeadLetterConfig"]["Arn"]).type == "AWS::SQS::Queue"


def test_of_mail_that_returned_no_address_is_passed_on_or_kept(local: Templates) -> None:
    """SES tells addresses with its news: what a rule lets through is listed here, and it keeps nothing else."""
    rules = rules_on_mail_that_returned(local)

    assert {rule.properties["EventPattern"]["detail-type"][0] for rule in rules} == {
        "Email Bounced",
        "Email Complaint Received",
    }
    for rule in rules:
        (target,) = rule.properties["Targets"]
        assert rule.properties["EventPattern"]["source"] == ["aws.ses"]
        tags = rule.properties["EventPattern"]["detail"]["mail"]["tags"]
        assert tags == {"ses:configuration-set": ["passerelle-local"]}
        assert (
            local.target(rule.stack, target["Arn"]).properties["QueueName"] == "passerelle-local-notifications-returned"
        )
        assert set(target["InputTransformer"]["InputPathsMap"].values()) <= {
            "$.id",
            "$.detail.bounce.bounceType",
            "$.detail.mail.timestamp",
            "$.detail.mail.tags.tenant[0]",
            "$.detail.mail.tags.posting[0]",
        }
        assert "DeadLetterConfig" not in target


def test_openings_and_clicks_are_not_followed_and_ses_keeps_no_addresses(local: Templates) -> None:
    (configuration,) = local.all("AWS::SES::ConfigurationSet")
    (destination,) = local.all("AWS::SES::ConfigurationSetEventDestination")

    assert "TrackingOptions" not in configuration.properties
    assert "VdmOptions" not in configuration.properties
    assert configuration.properties["SuppressionOptions"] == {"SuppressedReasons": []}
    told = destination.properties["EventDestination"]
    assert set(told["MatchingEventTypes"]) == {"BOUNCE", "COMPLAINT"}
    assert set(told) == {"Name", "Enabled", "MatchingEventTypes", "EventBridgeDestination"}


def test_queues_are_encrypted_by_sqs_which_eventbridge_can_write_to(local: Templates) -> None:
    for queue in local.queues.values():
        assert queue.properties["SqsManagedSseEnabled"] is True
        assert "KmsMasterKeyId" not in queue.properties


def test_a_message_is_tried_twelve_times_then_set_aside(local: Templates) -> None:
    for page in CONSUMERS:
        queue = local.queues[f"passerelle-local-{page.name}"]
        redrive = queue.properties["RedrivePolicy"]

        assert redrive["maxReceiveCount"] == 12
        dead_letters = local.target(queue.stack, redrive["deadLetterTargetArn"])
        assert dead_letters.properties["QueueName"] == f"passerelle-local-{page.name}-dlq"
        assert dead_letters.properties["MessageRetentionPeriod"] == 14 * 86400


def test_a_message_stays_hidden_while_its_function_may_still_work(local: Templates) -> None:
    for page in CONSUMERS:
        hidden = local.queues[f"passerelle-local-{page.name}"].properties["VisibilityTimeout"]

        assert hidden >= 6 * local.functions[f"passerelle-local-{page.name}-events"].properties["Timeout"]


@pytest.mark.parametrize("page", [each for each in PAGES if any(entry.works_off for entry in each.entries)])
def test_work_is_done_one_at_a_time_in_each_group_and_set_aside_after_three_tries(
    local: Templates, page: Slice
) -> None:
    for entry in page.entries:
        if entry.works_off:
            queue = local.queues[f"passerelle-local-{page.name}-{entry.works_off}.fifo"]
            dead_letters = local.target(queue.stack, queue.properties["RedrivePolicy"]["deadLetterTargetArn"])

            assert queue.properties["FifoQueue"] is dead_letters.properties["FifoQueue"] is True
            assert queue.properties["RedrivePolicy"]["maxReceiveCount"] == 3
            assert queue.properties["VisibilityTimeout"] >= 6 * entry.timeout_seconds


def test_mappings_report_each_failure_by_itself(local: Templates) -> None:
    for mapping in local.all("AWS::Lambda::EventSourceMapping"):
        assert mapping.properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_every_table_is_relayed_with_an_end_to_its_patience(local: Templates) -> None:
    streamed = {
        f"{{{{resolve:ssm:{parameter.properties['Name']}}}}}"
        for parameter in local.all("AWS::SSM::Parameter")
        if "/streams/" in parameter.properties["Name"]
    }
    relays = [each for each in local.all("AWS::Lambda::EventSourceMapping") if "StartingPosition" in each.properties]

    assert {relay.properties["EventSourceArn"] for relay in relays} == streamed
    for relay in relays:
        assert 0 < relay.properties["MaximumRetryAttempts"] <= 20
        assert relay.properties["BisectBatchOnFunctionError"] is True
        assert relay.properties["DestinationConfig"]["OnFailure"]["Destination"]
        (only,) = relay.properties["FilterCriteria"]["Filters"]
        assert only["Pattern"] == '{"eventName":["INSERT"],"dynamodb":{"Keys":{"sk":{"S":[{"prefix":"EVENT#"}]}}}}'


def test_every_table_with_a_stream_publishes_where_it_is(local: Templates) -> None:
    tables = [table for table in local.all("AWS::DynamoDB::GlobalTable") if "StreamSpecification" in table.properties]

    assert {table.properties["TableName"].removeprefix("passerelle-local-") for table in tables} == {
        page.name for page in pages(stage_settings("local")) if page.has_table and not page.silent
    }
    assert {table.properties["StreamSpecification"]["StreamViewType"] for table in tables} == {"NEW_IMAGE"}


def test_every_dead_letter_raises_an_alarm(local: Templates) -> None:
    watched = {
        local.target(alarm.stack, dimension["Value"]).properties["QueueName"]
        for alarm in local.all("AWS::CloudWatch::Alarm")
        if alarm.properties["Namespace"] == "AWS/SQS"
        for dimension in alarm.properties["Dimensions"]
    }

    assert watched == {name for name in local.queues if name.removesuffix(".fifo").endswith("-dlq")}
