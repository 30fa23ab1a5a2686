"""The metric behind the alarm of the fairness watch."""

from aws_lambda_powertools.metrics import MetricUnit, single_metric


def report_alarms(stage: str, alarms: int) -> None:
    """Tell how many comparisons alarm."""
    with single_metric("FairnessAlarms", MetricUnit.Count, alarms, namespace="Passerelle") as metric:
        metric.add_dimension("stage", stage)
