"""Whether a loan changes an essential element of the employment contract, from what changes.

The elements are those that case law names (a reading to be confirmed). A person who examined the file may decide
otherwise, either way.
"""


def modifies_essential_element(
    *,
    pay_changed: bool | None,
    contract_hours_changed: bool | None,
    day_night_switch: bool | None,
    qualification_changed: bool | None,
    outside_geographic_sector: bool | None,
    decided: bool | None = None,
) -> bool | None:
    """The fact `mission.modifiesEssentialElement`; None where it cannot be told. `decided` is a person's decision."""
    changes = (pay_changed, contract_hours_changed, day_night_switch, qualification_changed, outside_geographic_sector)
    if decided is not None:
        return decided
    return True if True in changes else None if None in changes else False
