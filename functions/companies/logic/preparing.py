"""What an adviser prepares and a person of the company confirms: nothing is effective in between."""

from typing import Protocol

from functions.companies.logic import Companies, department, register
from functions.companies.model import Company, Facts
from functions.companies.model.preparations import Preparation, not_there
from passerelle import clock
from passerelle.nomenclature import Nomenclature
from passerelle.problems import Problem
from passerelle.store import Stored, Transaction
from passerelle.tokens import digest, typed_code


class Preparations(Companies, Protocol):
    """What the use cases need of the store."""

    def preparation(self, preparation_id: str) -> Stored[Preparation] | None: ...
    def save_preparation(self, transaction: Transaction, preparation: Preparation, version: int) -> None: ...
    def drop_preparation(self, transaction: Transaction, stored: Stored[Preparation]) -> None: ...


def prepare(
    preparations: Preparations,
    transaction: Transaction,
    nomenclature: Nomenclature,
    adviser: str,
    siren_mark: str,
    facts: Facts,
) -> tuple[Preparation, str]:
    """Write a registration down for a company to confirm; it, and the code that is kept nowhere."""
    department(nomenclature, facts.municipality)
    preparation_id = clock.new_id("pre")
    code = typed_code(clock.new_secret(), "preparation", preparation_id)
    prepared = Preparation(
        id=preparation_id,
        adviser=adviser,
        siren_mark=siren_mark,
        facts=facts,
        digest=digest(preparation_id, code),
        prepared_at=clock.now(),
    )
    preparations.save_preparation(transaction, prepared, 1)
    return prepared, code


def read(
    preparations: Preparations, transaction: Transaction, preparation_id: str, typed: str
) -> tuple[Stored[Preparation], Problem | None]:
    """What was prepared, for whoever has the code.

    A wrong one costs a try, which is written: its problem is returned, not raised.
    """
    stored = preparations.preparation(preparation_id)
    if stored is None:
        raise not_there()
    after, problem = stored.value.opened(typed, clock.now())
    if problem is not None:
        preparations.save_preparation(transaction, after, stored.version + 1)
    return stored, problem


def confirm(
    preparations: Preparations,
    transaction: Transaction,
    nomenclature: Nomenclature,
    preparation_id: str,
    typed: str,
    user: str,
) -> tuple[Company | None, Problem | None]:
    """The company registers, as if it had written everything itself; or nothing, and the problem of a wrong code."""
    stored, problem = read(preparations, transaction, preparation_id, typed)
    if problem is not None:
        return None, problem
    prepared = stored.value
    preparations.drop_preparation(transaction, stored)
    company = register(
        preparations, transaction, nomenclature, user, prepared.siren_mark, prepared.facts, (prepared.act,)
    )
    return company, None
