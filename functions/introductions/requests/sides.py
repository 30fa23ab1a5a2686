"""What a side says: a refusal, a masked text, the blind term sheet, its signature and what it declares."""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from functions.introductions.model.sheet import Declared
from functions.introductions.model.states import RefusalReason
from passerelle.contracts.introductions import Side
from passerelle.contracts.terms import TermSheet
from passerelle.http import Body
from passerelle.nomenclature import Nomenclature, UnknownCode
from passerelle.problems import FieldError, Invalid

_SHEET: JsonDict = {
    "regime": "R1_ORDINARY",
    "occupation": "H2913",
    "tasks": "Soudage de sous-ensembles en atelier, contrôle visuel, tenue du poste.",
    "post_characteristics": "Travail debout, bruit modéré.",
    "area": {"level": "epci", "code": "200010700"},
    "start_date": "2027-02-01",
    "end_date": "2027-04-30",
    "weekly_hours": 35,
    "daily_hours": 8,
    "daily_rest_hours": 12,
    "working_time": "full_time",
    "shift": "day",
    "contract_type": "CDI",
    "cost": {
        "monthly_gross": 280000,
        "bonuses": 15000,
        "paid_leave": 28000,
        "contribution_rate": 4200,
        "expenses_ceiling": 12000,
        "billed": 470660,
        "vat_rate": 2000,
    },
}


class Refusal(Body):
    """Why you refuse. Only your side reads it again; the other reads that it does not proceed."""

    reason: Annotated[RefusalReason, Field(examples=["dates"])]


class MaskedText(Body):
    """A question or an answer that names nobody: no person, company, place, number or address."""

    text: Annotated[str, Field(min_length=3, max_length=500, examples=["Quels sont les horaires de l’équipe ?"])]


class NewTermSheet(TermSheet, Body):
    """The blind term sheet, whole. Its texts name nobody."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SHEET]})

    def terms(self) -> TermSheet:
        """The term sheet itself."""
        return TermSheet.model_validate(self.model_dump())


class Declarations(Body):
    """What the law asks of a side in a regime below cost (R2, R3); each side declares its own."""

    group_headcount: Annotated[
        int | None, Field(ge=0, le=10_000_000, description="Lender: of its group on 31 December; 0 without a group.")
    ] = None
    art_238_bis: Annotated[bool | None, Field(description="Host: a body of article 238 bis CGI, 1, a to g.")] = None
    registered_on: Annotated[date | None, Field(description="Host: day of its registration.")] = None
    yearly_headcounts: Annotated[
        tuple[Annotated[int, Field(ge=0, le=10_000_000)], ...],
        Field(max_length=5, description="Host: average headcounts of the last five calendar years, oldest first."),
    ] = ()

    def added_to(self, declared: Declared, side: Side) -> Declared:
        """What is declared, with what this side says of itself. Raises `Invalid` for what is the other's to say."""
        fields = {
            "lender": {"group_headcount": "lender_group_headcount"},
            "host": {
                "art_238_bis": "host_art_238_bis",
                "registered_on": "host_registered_on",
                "yearly_headcounts": "host_yearly_headcounts",
            },
        }
        said = self.model_dump(exclude_defaults=True)
        foreign = sorted(set(said) - set(fields[side]))
        if foreign:
            faults = [_not_yours(name) for name in foreign]
            raise Invalid("Some declarations are not yours to make.", fields=faults)
        return declared.model_copy(update={fields[side][name]: getattr(self, name) for name in said})


class NewSignature(Body):
    """The hash of the term sheet you sign, exactly as you read it, and what you declare of your company."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", examples=["a3" * 32])]
    declarations: Declarations = Declarations()


def check_codes(sheet: TermSheet, words: Nomenclature) -> None:
    """Raise `Invalid` for an occupation or an area that the nomenclature does not hold."""
    kind = "departement" if sheet.area.level == "department" else sheet.area.level
    faults = []
    for pointer, what, code in (("/occupation", "occupation", sheet.occupation), ("/area/code", kind, sheet.area.code)):
        try:
            words.label(what, code)
        except UnknownCode as error:
            near = ", ".join(error.suggestions) or "none"
            faults.append(FieldError(pointer, "This code is not in the nomenclature.", f"Near ones: {near}."))
    if faults:
        raise Invalid("Some codes are unknown; nothing was changed.", fields=faults)


def _not_yours(name: str) -> FieldError:
    return FieldError(f"/declarations/{name}", "The other side declares this.", "Leave it out.")
