"""The shop's handlers: as small as they can be while each mechanism is used."""

import json
import os
import time
import urllib.request
import uuid
from typing import Any

import boto3
import kernel
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from passerelle import clock

assert kernel
TABLE, BUS = os.environ["TABLE"], os.environ["BUS"]
dynamodb, events, lambda_ = boto3.client("dynamodb"), boto3.client("events"), boto3.client("lambda")


def api(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Places an order: the order and its event in one transaction."""
    if event["resource"] == "/public/{name}":
        return _public(event)
    order = uuid.uuid4().hex
    body = json.loads(event["body"] or "{}")
    detail = {"id": order, **body}
    dynamodb.transact_write_items(
        TransactItems=[
            {"Put": {"TableName": TABLE, "Item": {"pk": {"S": order}, "sk": {"S": "STATE"}}}},
            {
                "Put": {
                    "TableName": TABLE,
                    "Item": {"pk": {"S": order}, "sk": {"S": "EVENT#1"}, "envelope": {"S": json.dumps(detail)}},
                }
            },
        ]
    )
    return {"statusCode": 201, "body": json.dumps({"id": order, "who": event["requestContext"]["authorizer"]["who"]})}


def _public(event: dict[str, Any]) -> dict[str, Any]:
    match event["pathParameters"]["name"]:
        case "event":
            return {"statusCode": 200, "body": json.dumps(event)}
        case "malformed":
            return {"status": 200}
        case "crash":
            raise RuntimeError("crash")
        case "clock":
            return {"statusCode": 200, "body": clock.now().isoformat()}
        case "environment":
            return {"statusCode": 200, "body": json.dumps(dict(os.environ))}
    return {"statusCode": 404, "body": "{}"}


def authorize(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Lets `Bearer <name>` in; `nobody` is unknown, `mallory` denied."""
    name = event["headers"]["Authorization"].removeprefix("Bearer ")
    if name == "nobody":
        raise PermissionError("Unauthorized")
    statement = {
        "Action": "execute-api:Invoke",
        "Effect": "Deny" if name == "mallory" else "Allow",
        "Resource": "/".join(event["methodArn"].split("/")[:2]) + "/*",
    }
    return {
        "principalId": name,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"who": name, "trusted": True},
    }


def relay(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Publishes event rows, and reports the ones that were refused."""
    entries = [
        {
            "EventBusName": BUS,
            "Source": "shop",
            "DetailType": "OrderPlaced",
            "Detail": record["dynamodb"]["NewImage"]["envelope"]["S"],
        }
        for record in event["Records"]
    ]
    answer = events.put_events(Entries=entries)
    return {
        "batchItemFailures": [
            {"itemIdentifier": record["dynamodb"]["SequenceNumber"]}
            for record, entry in zip(event["Records"], answer["Entries"], strict=True)
            if "ErrorCode" in entry
        ]
    }


def ship(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Ships each order once, whatever is delivered twice; an order for poison always fails."""
    failures = []
    for record in event["Records"]:
        order = json.loads(record["body"])["detail"]
        if order.get("poison"):
            print(f"refusing {order['id']}")
            failures.append({"itemIdentifier": record["messageId"]})
            continue
        try:
            dynamodb.put_item(
                TableName=TABLE,
                Item={"pk": {"S": order["id"]}, "sk": {"S": "SHIPPED"}},
                ConditionExpression="attribute_not_exists(pk)",
            )
            dynamodb.update_item(
                TableName=TABLE,
                Key={"pk": {"S": order["id"]}, "sk": {"S": "COUNT"}},
                UpdateExpression="ADD shipped :one",
                ExpressionAttributeValues={":one": {"N": "1"}},
            )
        except dynamodb.exceptions.ConditionalCheckFailedException:
            print(f"already shipped {order['id']}")
    return {"batchItemFailures": failures}


def slow(event: dict[str, Any], context: object) -> None:
    """Takes as long as it is told."""
    time.sleep(event["seconds"])


def count(event: dict[str, Any], context: object) -> dict[str, Any]:
    """How many rows the table has."""
    return {"rows": dynamodb.scan(TableName=TABLE, Select="COUNT")["Count"], "event": event}


def broker(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Asks another function."""
    answer = lambda_.invoke(FunctionName="shop-count", Payload=json.dumps({"from": "broker"}))
    counted: dict[str, Any] = json.loads(answer["Payload"].read())
    return counted


def thief(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Does what its role does not allow: reads the table, uses a key, sends mail, searches."""
    dynamodb.get_item(TableName=TABLE, Key={"pk": {"S": "x"}, "sk": {"S": "y"}})
    key = boto3.client("kms").generate_data_key(KeyId="alias/shop", KeySpec="AES_256")
    boto3.client("kms").decrypt(CiphertextBlob=key["CiphertextBlob"])
    boto3.client("sesv2").send_email(
        FromEmailAddress="Shop <hello@shop.example>",
        Destination={"ToAddresses": ["ada@example.com"]},
        Content={
            "Simple": {"Subject": {"Data": "Stolen é"}, "Body": {"Text": {"Data": "Bonjour"}, "Html": {"Data": "<p>"}}}
        },
    )
    request = AWSRequest("GET", f"{os.environ['SEARCH']}/_cluster/health")
    SigV4Auth(boto3.Session().get_credentials(), "es", "eu-west-3").add_auth(request)
    with urllib.request.urlopen(urllib.request.Request(request.url, headers=dict(request.headers))) as answer:
        return {"search": json.load(answer)}
