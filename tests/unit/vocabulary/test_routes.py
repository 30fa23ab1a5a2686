"""The routes over HTTP: public, French for people, helpful when refusing."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from functions.vocabulary.handler import api
from passerelle.access import Role
from tests.support.slices import a_slice


@pytest.fixture(autouse=True, scope="module")
def _an_empty_shelf() -> Iterator[None]:
    with a_slice("vocabulary"):
        yield


def get(path: str, **query: str) -> tuple[int, dict[str, Any]]:
    event = {
        "resource": path,
        "path": path,
        "httpMethod": "GET",
        "headers": {"Accept": "application/json"},
        "multiValueHeaders": {},
        "queryStringParameters": query or None,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} or None,
        "requestContext": {"requestId": "test", "stage": "local", "httpMethod": "GET", "path": path},
        "pathParameters": None,
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
    }
    answer = api(event, None)
    return answer["statusCode"], json.loads(answer["body"])


def test_anybody_may_read_every_route() -> None:
    assert all(route.allow.roles == frozenset(Role) for route in api.routes)


def test_the_nomenclature_says_what_it_is() -> None:
    status, body = get("/vocabulary")

    assert status == 200
    assert body["version"] == "rome4-v460-starter-1"
    assert body["counts"]["occupations"] >= 80
    assert "Licence Ouverte" in body["licence"]


def test_an_occupation_is_found_by_what_people_call_it() -> None:
    status, body = get("/vocabulary/occupations", q="riveteuse aéronautique", limit="3")

    assert status == 200
    assert body["items"][0] == {
        "code": "H2901",
        "label": "Ajusteur-monteur / Ajusteuse-monteuse",
        "family": "aerospace",
        "family_label": "Aéronautique et spatial",
        "titles": body["items"][0]["titles"],
        "matched": "riveteur aéronautique",
    }
    assert len(body["items"]) <= 3
    assert body["cursor"] is None


def test_an_occupation_is_shown_with_its_skills() -> None:
    status, body = get("/vocabulary/occupations/H2901")

    assert status == 200
    assert body["core_skills"]
    assert any(skill["name"] == "Poser des rivets à frapper ou à tirer" for skill in body["other_skills"])
    assert any(skill["rare"] and skill["certificate_label"] for skill in body["other_skills"])


def test_an_unknown_occupation_names_the_nearest() -> None:
    status, body = get("/vocabulary/occupations/H9209")

    assert status == 404
    assert "H2909" in body["remedy"]


def test_an_occupation_that_resembles_nothing_says_how_to_look() -> None:
    status, body = get("/vocabulary/occupations/0")

    assert status == 404
    assert "?q=" in body["remedy"]


def test_a_skill_is_found_by_everyday_words() -> None:
    _, body = get("/vocabulary/skills", q="caces 3", limit="5")

    assert body["items"][0]["certificate"] == "lifting_and_handling"
    assert body["items"][0]["kind_label"] == "Savoir"


def test_a_municipality_comes_with_its_areas() -> None:
    _, body = get("/vocabulary/municipalities", q="le havre")

    assert body["items"][0]["name"] == "Le Havre"
    assert [area["kind_label"] for area in body["items"][0]["areas"]] == [
        "Intercommunalité",
        "Zone d'emploi",
        "Département",
        "Région",
    ]


@pytest.mark.parametrize("listing", ["occupations", "skills", "municipalities"])
def test_without_a_question_everything_is_listed_page_by_page(listing: str) -> None:
    seen: list[str] = []
    cursor = ""
    while True:
        _, body = get(f"/vocabulary/{listing}", limit="40", cursor=cursor)
        seen += [item["code"] for item in body["items"]]
        if body["cursor"] is None:
            break
        cursor = body["cursor"]

    _, about = get("/vocabulary")
    assert len(seen) == about["counts"][listing]
    assert seen == sorted(set(seen))


@pytest.mark.parametrize(
    "query", [{"q": "a" * 101}, {"limit": "0"}, {"limit": "1000"}, {"cursor": "../x"}, {"colour": "blue"}]
)
def test_a_question_that_cannot_be_read_is_refused(query: dict[str, str]) -> None:
    status, body = get("/vocabulary/skills", **query)

    assert status == 400
    assert body["remedy"]


@pytest.mark.parametrize("question", ["💥", "%00", "<script>", "' OR 1=1", "   ", "ﬁ", "1" * 100])
def test_odd_questions_are_answered(question: str) -> None:
    status, _ = get("/vocabulary/occupations", q=question)

    assert status == 200
