"""A person is erased: what was noted of the mails to him goes, nobody else's."""

from passerelle.contracts.identities import ErasureRequested
from passerelle.contracts.notifications import PostingsErased
from passerelle.contracts.profiles import OptInRequested
from tests.support.slices import an_envelope
from tests.unit.notifications.conftest import Post


def asked(person_id: str):
    event = OptInRequested(profile_id=f"prf_{person_id[4:]}", person_id=person_id)
    return an_envelope(event, tenant="cmp_lender", subject=event.profile_id)


def erasing(person_id: str, tenant: str = "cmp_lender"):
    event = ErasureRequested(case_id="era_1", person_id=person_id, lender=tenant)
    return an_envelope(event, tenant=tenant, subject=person_id)


def postings(post: Post) -> list[str]:
    return [row["pk"]["S"] for row in post.slice.rows() if "#posting#" in row["pk"]["S"]]


def test_the_postings_of_the_person_go(post: Post) -> None:
    assert post.slice.deliver(asked("per_ana")) == []
    assert len(postings(post)) == 1

    assert post.slice.deliver(erasing("per_ana"), times=2) == []

    assert postings(post) == []
    assert [one.deleted for one in post.slice.facts(PostingsErased)] == [1]


def test_of_whoever_had_more_mails_than_one_transaction_holds_every_posting_goes(post: Post) -> None:
    for _ in range(95):
        post.slice.deliver(asked("per_ana"))
    assert len(postings(post)) == 95

    assert post.slice.deliver(erasing("per_ana")) == []

    assert postings(post) == []
    assert [one.deleted for one in post.slice.facts(PostingsErased)] == [95]


def test_those_of_anybody_else_stay(post: Post) -> None:
    post.slice.deliver(asked("per_ana"))

    post.slice.deliver(erasing("per_other"), erasing("per_ana", "cmp_other"))

    assert len(postings(post)) == 1
    assert [one.deleted for one in post.slice.facts(PostingsErased)] == [0, 0]
