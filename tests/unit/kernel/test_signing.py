"""Standard Webhooks signatures: the official library and ours agree, and whatever is wrong is refused with its code."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from passerelle import signing

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
STAMP = int(NOW.timestamp())
SECRET = signing.new_secret()


def signed(body: bytes, *secrets: str, message_id: str = "evt_1", stamp: int = STAMP) -> dict[str, str]:
    made = [signing.signature(secret, message_id, stamp, body) for secret in secrets or (SECRET,)]
    return signing.headers(message_id, stamp, made)


@given(text=st.text(max_size=200))
def test_we_sign_what_the_official_library_signs_and_verify_what_it_signed(text: str) -> None:
    theirs = Webhook(SECRET).sign("evt_1", NOW, text)

    assert signing.signature(SECRET, "evt_1", STAMP, text.encode()) == theirs
    assert signing.verify([SECRET], signing.headers("evt_1", STAMP, [theirs]), text.encode(), NOW) == "evt_1"


@given(body=st.binary(min_size=1, max_size=100), data=st.data())
def test_any_altered_byte_fails(body: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(body) - 1))
    altered = bytearray(body)
    altered[place] ^= data.draw(st.integers(1, 255))

    with pytest.raises(signing.NotSigned, match="bad-signature"):
        signing.verify([SECRET], signed(body), bytes(altered), NOW)


@given(seconds=st.integers(-2000, 2000))
def test_a_message_holds_for_five_minutes_either_way(seconds: int) -> None:
    given_headers = signed(b"{}")
    now = NOW + timedelta(seconds=seconds)

    if abs(seconds) <= 300:
        assert signing.verify([SECRET], given_headers, b"{}", now) == "evt_1"
    else:
        with pytest.raises(signing.NotSigned, match="expired" if seconds > 0 else "early"):
            signing.verify([SECRET], given_headers, b"{}", now)


def test_in_an_overlap_one_signature_and_one_secret_that_agree_are_enough() -> None:
    old, new, other = (signing.new_secret() for _ in range(3))

    assert signing.verify([new], signed(b"{}", old, new), b"{}", NOW) == "evt_1"
    assert signing.verify([old, new], signed(b"{}", new), b"{}", NOW) == "evt_1"
    with pytest.raises(signing.NotSigned, match="bad-signature"):
        signing.verify([other], signed(b"{}", old, new), b"{}", NOW)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"webhook-id": ""}, "missing"),
        ({"webhook-timestamp": ""}, "missing"),
        ({"webhook-signature": ""}, "missing"),
        ({"webhook-id": "a b"}, "bad-id"),
        ({"webhook-id": "evt_2"}, "bad-signature"),
        ({"webhook-timestamp": "soon"}, "bad-timestamp"),
        ({"webhook-timestamp": "-1"}, "bad-timestamp"),
        ({"webhook-timestamp": "1e9"}, "bad-timestamp"),
        ({"webhook-timestamp": str(STAMP - 1)}, "bad-signature"),
        ({"webhook-signature": "v1"}, "bad-signature"),
        ({"webhook-signature": "v1,\ud800é"}, "bad-signature"),
    ],
)
def test_what_is_wrong_is_said_by_its_code(changed: dict[str, str], code: str) -> None:
    with pytest.raises(signing.NotSigned, match=f"^{code}$"):
        signing.verify([SECRET], signed(b"{}") | changed, b"{}", NOW)


@given(given_headers=st.dictionaries(st.sampled_from([signing.ID, signing.TIMESTAMP, signing.SIGNATURE]), st.text()))
def test_any_headers_are_refused_and_break_nothing(given_headers: dict[str, str]) -> None:
    with pytest.raises(signing.NotSigned):
        signing.verify([SECRET], given_headers, b"{}", NOW)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_é", "whsec_!!!", "whsec_abc"])
def test_what_is_no_secret_signs_nothing(secret: str) -> None:
    with pytest.raises(ValueError):
        signing.signature(secret, "evt_1", STAMP, b"{}")
