"""The shop's stacks: orders written through HTTP travel table → stream → relay → bus → queue → handler → table."""

from __future__ import annotations

from pathlib import Path

from aws_cdk import App, DefaultStackSynthesizer, Duration, Environment, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_opensearchservice as opensearch
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as scheduler_targets
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_ssm as ssm

CODE = Path(__file__).with_name("code")
WHERE = Environment(account="123456789012", region="eu-west-3")


class Foundation(Stack):
    """What the shop stands on."""

    def __init__(self, app: App) -> None:
        super().__init__(
            app, "Foundation", env=WHERE, synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False)
        )
        self.bus = events.EventBus(self, "Bus", event_bus_name="shop")
        self.orders = dynamodb.TableV2(
            self,
            "Orders",
            table_name="shop-orders",
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            dynamo_stream=dynamodb.StreamViewType.NEW_IMAGE,
        )
        stream = self.orders.table_stream_arn
        assert stream is not None
        ssm.StringParameter(self, "StreamArn", parameter_name="/shop/stream", string_value=stream)
        kms.Key(self, "Key", alias="alias/shop")
        ses.EmailIdentity(self, "Sender", identity=ses.Identity.domain("shop.example"))
        pool = cognito.UserPool(
            self,
            "Users",
            user_pool_name="shop",
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
        )
        pool.add_client("Web")
        pool.add_group("Keepers", group_name="keepers")
        domain = opensearch.Domain(self, "Search", domain_name="shop", version=opensearch.EngineVersion.OPENSEARCH_2_19)
        ssm.StringParameter(
            self, "Endpoint", parameter_name="/shop/search", string_value=f"https://{domain.domain_endpoint}"
        )


class Shop(Stack):
    """The shop's functions and how they are reached."""

    def __init__(self, app: App, foundation: Foundation) -> None:
        super().__init__(
            app, "Shop", env=WHERE, synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False)
        )
        self.add_stack_dependency(foundation)
        table = dynamodb.TableV2.from_table_attributes(self, "OrdersTable", table_name="shop-orders")
        bus = events.EventBus.from_event_bus_name(self, "SharedBus", "shop")
        layer = lambda_.LayerVersion(self, "Kernel", code=lambda_.Code.from_asset(str(CODE.with_name("layer"))))
        self.layer = layer

        api = self.function("api")
        table.grant_write_data(api)
        authorize = self.function("authorize")
        self.edge(api, authorize)

        failures = sqs.Queue(self, "RelayFailures", queue_name="shop-relay-dlq")
        relay = self.function("relay")
        bus.grant_put_events_to(relay)
        relay.add_event_source(
            sources.DynamoEventSource(
                dynamodb.TableV2.from_table_attributes(
                    self, "Stream", table_name="shop-orders", table_stream_arn="{{resolve:ssm:/shop/stream}}"
                ),
                starting_position=lambda_.StartingPosition.TRIM_HORIZON,
                batch_size=10,
                retry_attempts=3,
                bisect_batch_on_error=True,
                report_batch_item_failures=True,
                on_failure=sources.SqsDlq(failures),
                filters=[
                    lambda_.FilterCriteria.filter(
                        {"eventName": ["INSERT"], "dynamodb": {"Keys": {"sk": {"S": [{"prefix": "EVENT#"}]}}}}
                    )
                ],
            )
        )

        dead_letters = sqs.Queue(self, "DeadLetters", queue_name="shop-dlq")
        queue = sqs.Queue(
            self,
            "Queue",
            queue_name="shop",
            visibility_timeout=Duration.seconds(60),
            dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=3),
        )
        events.Rule(
            self,
            "Placed",
            event_bus=bus,
            event_pattern=events.EventPattern(source=["shop"], detail_type=["OrderPlaced"]),
            targets=[targets.SqsQueue(queue)],
        )
        ship = self.function("ship")
        table.grant_write_data(ship)
        ship.add_event_source(sources.SqsEventSource(queue, batch_size=10, report_batch_item_failures=True))

        self.function("slow", timeout=1)
        stock = self.function("count")
        scheduler.Schedule(
            self,
            "Nightly",
            schedule_name="shop-nightly",
            schedule=scheduler.ScheduleExpression.rate(Duration.hours(1)),
            target=scheduler_targets.LambdaInvoke(stock),
        )
        table.grant_read_data(stock)
        stock.grant_invoke(self.function("broker"))
        self.function("thief")

    def function(self, name: str, timeout: int = 10) -> lambda_.Function:
        """A function of the shop's one handler module."""
        return lambda_.Function(
            self,
            name.capitalize(),
            function_name=f"shop-{name}",
            runtime=lambda_.Runtime.PYTHON_3_14,
            handler=f"shop.handler.{name}",
            code=lambda_.Code.from_asset(str(CODE)),
            layers=[self.layer],
            timeout=Duration.seconds(timeout),
            environment={
                "TABLE": "shop-orders",
                "BUS": "shop",
                "SEARCH": "{{resolve:ssm:/shop/search}}",
                "PUBLIC_URL": "http://localhost:8080",
            },
        )

    def edge(self, api: lambda_.Function, authorize: lambda_.Function) -> None:
        """The shop's API."""
        rest = apigateway.RestApi(
            self, "Edge", cloud_watch_role=False, deploy_options=apigateway.StageOptions(stage_name="api")
        )
        rest.add_gateway_response(
            "Unknown",
            type=apigateway.ResponseType.MISSING_AUTHENTICATION_TOKEN,
            status_code="404",
            response_headers={"Content-Type": "'application/problem+json'"},
            templates={"application/json": '{"status":404,"instance":"$context.requestId"}'},
        )
        authorizer = apigateway.RequestAuthorizer(
            self,
            "EdgeAuthorizer",
            handler=authorize,
            identity_sources=[apigateway.IdentitySource.header("Authorization")],
            results_cache_ttl=Duration.seconds(0),
        )
        orders = rest.root.add_resource("orders")
        integration = apigateway.LambdaIntegration(api)
        orders.add_method("ANY", integration, authorizer=authorizer)
        orders.add_resource("{proxy+}").add_method("ANY", integration, authorizer=authorizer)
        rest.root.add_resource("public").add_resource("{name}").add_method("GET", integration)


if __name__ == "__main__":
    app = App()
    Shop(app, Foundation(app))
    app.synth()
