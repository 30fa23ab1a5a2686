"""Entry point of the vocabulary: public reference data, read only. It has no events and nothing to hide."""

from typing import Final

from functions.vocabulary import logic
from functions.vocabulary.extracting import extract
from functions.vocabulary.logic import Book
from functions.vocabulary.requests import (
    ExtractionAnswer,
    MunicipalitiesAnswer,
    MunicipalityCard,
    OccupationAnswer,
    OccupationCard,
    OccupationRead,
    OccupationsAnswer,
    PastedText,
    SkillCard,
    SkillRead,
    SkillsAnswer,
    VocabularyAnswer,
)
from likeness.lexicon import Lexicon
from likeness.packing import unpack
from passerelle.access import public
from passerelle.http import Answer, Api, NoBody, Request
from passerelle.nomenclature import UnknownCode
from passerelle.problems import Malformed, NotFound
from passerelle.vocabulary import reader, while_current

api: Final = Api("vocabulary")
SEARCH: Final = ("q", "limit", "cursor")


@while_current
def wire() -> Book:
    """The nomenclature in force, made ready to be asked when it was imported; the starter is made ready here."""
    edition, known = reader().held()
    state = None if edition is None else unpack(reader().shelf.fetch(edition.learnt))
    return Book(known, Lexicon(known, state=state))


@api.get("/vocabulary", allow=public(), answer=VocabularyAnswer, summary="Which nomenclature answers here.")
def show_vocabulary(_: Request[NoBody]) -> Answer:
    """Version, source, licence and counts."""
    return Answer(VocabularyAnswer.of(wire().known))


@api.get(
    "/vocabulary/occupations",
    allow=public(),
    answer=OccupationsAnswer,
    query=SEARCH,
    summary="Find occupations by what people call them.",
)
def find_occupations(request: Request[NoBody]) -> Answer:
    """Occupations by title, label or skill; all of them, page by page, without `q`."""
    book = wire()
    page = logic.find_occupations(book, _question(request), request.limit(), _cursor(request))
    known = book.known
    items = tuple(OccupationCard.of(found.thing, known, found.matched) for found in page.found)
    return Answer(OccupationsAnswer(version=known.version, items=items, cursor=page.following))


@api.get(
    "/vocabulary/occupations/{code}",
    allow=public(),
    answer=OccupationAnswer,
    summary="Show an occupation with its skills.",
)
def show_occupation(request: Request[NoBody]) -> Answer:
    """One occupation by its ROME code. 404 names the nearest codes."""
    book = wire()
    try:
        occupation, skills = logic.show_occupation(book, request.path["code"])
    except UnknownCode as unknown:
        nearest = ", ".join(unknown.suggestions)
        remedy = f"Nearest codes: {nearest}." if nearest else "Look for it with ?q= on /vocabulary/occupations."
        raise NotFound("No occupation has this code here.", remedy=remedy) from None
    return Answer(OccupationAnswer.with_skills(occupation, skills, book.known))


@api.get(
    "/vocabulary/skills",
    allow=public(),
    answer=SkillsAnswer,
    query=SEARCH,
    summary="Find skills by everyday words.",
)
def find_skills(request: Request[NoBody]) -> Answer:
    """Skills by name or synonym; all of them, page by page, without `q`."""
    book = wire()
    page = logic.find_skills(book, _question(request), request.limit(), _cursor(request))
    known = book.known
    items = tuple(SkillCard.of(found.thing, known, found.matched) for found in page.found)
    return Answer(SkillsAnswer(version=known.version, items=items, cursor=page.following))


@api.get(
    "/vocabulary/municipalities",
    allow=public(),
    answer=MunicipalitiesAnswer,
    query=SEARCH,
    summary="Find municipalities by name.",
)
def find_municipalities(request: Request[NoBody]) -> Answer:
    """Municipalities by name, with the areas that hold them; all of them, page by page, without `q`."""
    book = wire()
    page = logic.find_municipalities(book, _question(request), request.limit(), _cursor(request))
    known = book.known
    items = tuple(MunicipalityCard.of(found.thing, known, found.matched) for found in page.found)
    return Answer(MunicipalitiesAnswer(version=known.version, items=items, cursor=page.following))


@api.post(
    "/vocabulary/extraction",
    allow=public(),
    body=PastedText,
    answer=ExtractionAnswer,
    summary="Read occupations and skills out of a pasted text, of which nothing is kept.",
)
def read_text(request: Request[PastedText]) -> Answer:
    """Candidates with the span each was read from; a person chooses. The same text gives the same answer."""
    book = wire()
    read = extract(book, request.body.text)
    occupation, skill = book.known.occupation, book.known.skill
    return Answer(
        ExtractionAnswer(
            version=book.known.version,
            occupations=tuple(
                OccupationRead(
                    code=each.code,
                    label=occupation(each.code).label,
                    score=round(each.score, 4),
                    start=each.start,
                    end=each.end,
                )
                for each in read.occupations
            ),
            skills=tuple(
                SkillRead(
                    code=each.code,
                    name=skill(each.code).name,
                    importance="wished" if each.wished else "must",
                    rare=skill(each.code).rare,
                    score=round(each.score, 4),
                    start=each.start,
                    end=each.end,
                )
                for each in read.skills
            ),
        )
    )


def _question(request: Request[NoBody]) -> str:
    question = request.query.get("q", "")
    if len(question) > logic.LONGEST_QUESTION:
        raise Malformed(f"q holds at most {logic.LONGEST_QUESTION} characters.", remedy="Ask with fewer words.")
    return question


def _cursor(request: Request[NoBody]) -> str:
    cursor = request.query.get("cursor", "")
    if not (cursor.isascii() and (not cursor or cursor.isalnum()) and len(cursor) <= 20):
        raise Malformed("cursor is not one of ours.", remedy="Send it exactly as it came, or start again.")
    return cursor
