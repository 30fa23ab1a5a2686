"""What a receiver must do, one check each; a check returns what is wrong in French words, or None.

Each names one defect: what it sends is right, or wrong, in one thing only.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Final

from cdk.conformance.sending import Line, Message, Reply, an_event
from passerelle import clock, signing

Check = Callable[[Line], str | None]
LATE: Final = 600
BURST: Final = 60
ITSELF: Final = 1
"""The event by which `_at_rest` sees that those before it were acted on."""


def _subject() -> str:
    return clock.new_id("dem")


def verification(line: Line) -> str | None:
    """The ownership challenge is given back; it has an id, a type and data, and nothing else."""
    challenge, message_id = clock.new_secret(), clock.new_id("chl")
    said = {"id": message_id, "type": "EndpointVerification", "data": {"challenge": challenge}}
    reply = line.send(Message(said, id=message_id))
    try:
        echoed = json.loads(reply.body).get("challenge") if reply.ok else None
    except (ValueError, AttributeError, RecursionError):
        echoed = None
    if echoed == challenge:
        return None
    return f'Répondez 200 et {{"challenge": "…"}}, repris de `data`, au message EndpointVerification ({reply}).'


def valid(line: Line) -> str | None:
    """A signed event is taken in time."""
    reply = line.send(an_event(_subject()))
    if reply.status is not None and 300 <= reply.status < 400:
        return f"Une redirection n’est jamais suivie ({reply}) : donnez l’adresse finale."
    return None if reply.ok else f"Un événement bien signé doit recevoir 2xx en moins de 15 s ({reply})."


def test_event(line: Line) -> str | None:
    """A test event, which tells no place, is taken."""
    endpoint_id = clock.new_id("whe")
    message = an_event(endpoint_id, kind="EndpointTest", territory=None, data={"endpoint_id": endpoint_id})
    reply = line.send(message)
    return None if reply.ok else f"Acceptez (2xx) un EndpointTest, et tout événement sans `territory` ({reply})."


def altered_body(line: Line) -> str | None:
    """One altered byte is noticed."""
    message = an_event(_subject())
    changed = bytes(message.body).replace(b'"76"', b'"77"')
    return _refuses(line.send(replace(message, changed_body=changed)), "Un corps modifié après signature est accepté")


def foreign_secret(line: Line) -> str | None:
    """A signature under another secret is noticed."""
    reply = line.send(an_event(_subject()), signing.new_secret())
    return _refuses(reply, "Une signature faite avec un autre secret est acceptée : la signature n’est pas vérifiée")


def altered_id(line: Line) -> str | None:
    """The id is signed too."""
    message = replace(an_event(_subject()), changed_headers={signing.ID: clock.new_id("evt")})
    return _refuses(line.send(message), "Un `webhook-id` modifié est accepté : signez `id.timestamp.corps`")


def altered_timestamp(line: Line) -> str | None:
    """The timestamp is signed too."""
    stamp = str(int(clock.now().timestamp()) - 1)
    message = replace(an_event(_subject()), changed_headers={signing.TIMESTAMP: stamp})
    return _refuses(line.send(message), "Un `webhook-timestamp` modifié est accepté : signez `id.timestamp.corps`")


def unsigned(line: Line) -> str | None:
    """A message without signature is refused."""
    for name in (signing.SIGNATURE, signing.TIMESTAMP, signing.ID):
        message = replace(an_event(_subject()), changed_headers={name: None})
        if fault := _refuses(line.send(message), f"Un message sans `{name}` est accepté"):
            return fault
    return None


def expired(line: Line) -> str | None:
    """An old message is refused."""
    reply = line.send(replace(an_event(_subject()), age=LATE))
    return _refuses(reply, "Un message de dix minutes est accepté : refusez plus de cinq minutes, on peut le rejouer")


def early(line: Line) -> str | None:
    """A message from the future is refused."""
    reply = line.send(replace(an_event(_subject()), age=-LATE))
    return _refuses(reply, "Un message daté de dix minutes dans le futur est accepté : bornez l’heure des deux côtés")


def raw_bytes(line: Line) -> str | None:
    """The bytes are verified as they came, not as a JSON library writes them again."""
    message = an_event(_subject())
    text = json.dumps(message.said, indent=3, ensure_ascii=True).replace('"76"', '"\\u0037\\u0036"').encode()
    reply = line.send(replace(message, text=text))
    return (
        None
        if reply.ok
        else f"Vérifiez les octets reçus, avant de lire le JSON : un JSON mis en page échoue ({reply})."
    )


def rotation(line: Line) -> str | None:
    """During a rotation several signatures come; one that holds is enough, wherever it stands."""
    for is_first in (False, True):
        message = an_event(_subject())
        stamp = int(clock.now().timestamp())
        others = ("v1a,AAAA", signing.signature(signing.new_secret(), message.id, stamp, message.body))
        where = {"later_signatures": others} if is_first else {"extra_signatures": others}
        reply = line.send(replace(message, **where))
        if not reply.ok:
            return f"Lisez toutes les signatures : une seule valable suffit, la première comme la dernière ({reply})."
    return None


def unknown_type(line: Line) -> str | None:
    """What is new is taken and left alone."""
    reply = line.send(an_event(_subject(), kind="SomethingNew", added_later={"a": [1]}))
    return (
        None if reply.ok else f"Acceptez (2xx) et ignorez un type ou un champ inconnu : le contrat s’étend ({reply})."
    )


def malformed(line: Line) -> str | None:
    """What is signed and no event breaks nothing."""
    for text in (b"", b"{", b"[]", b"null", b'"text"', b"{}", b"\xff\xfe", b"[" * 2000):
        reply = line.send(replace(an_event(_subject()), text=text))
        if reply.status is None or reply.status >= 500:
            return f"Un corps signé mais illisible fait tomber le récepteur ({reply}) : répondez 400."
    return None


def malformed_headers(line: Line) -> str | None:
    """What is in the headers breaks nothing."""
    wrong: tuple[dict[str, str | None], ...] = (
        {signing.SIGNATURE: "v1"},
        {signing.SIGNATURE: "v1,!!!"},
        {signing.SIGNATURE: "v1,AAAA v2"},
        {signing.TIMESTAMP: "demain"},
        {signing.TIMESTAMP: "9" * 40},
    )
    for headers in wrong:
        reply = line.send(replace(an_event(_subject()), changed_headers=headers))
        if fault := _refuses(reply, "Des en-têtes mal formés sont acceptés"):
            return fault
    return None


def duplicate(line: Line) -> str | None:
    """The same event again, signed at another time, is taken again and acted on once."""
    message, before = an_event(_subject()), _at_rest(line)
    replies = [line.send(replace(message, age=age)) for age in (2, 1, 0)]
    late = next((reply for reply in replies[1:] if not reply.ok), None)
    if replies[0].ok and late is not None:
        return f"Un doublon doit recevoir 2xx comme la première fois, sinon il revient pendant trois jours ({late})."
    after = _at_rest(line)
    if before and after and after["handled"] - before["handled"] - ITSELF > 1:
        return "Un doublon est traité une deuxième fois : retenez chaque `id`, dans la transaction de son effet."
    return None


def reordered(line: Line) -> str | None:
    """An old event that comes late is taken, and does not replace the newer one."""
    subject = _subject()
    newer, older = line.send(an_event(subject, 3, kind="DemandClosed")), line.send(an_event(subject, 2))
    if newer.ok and not older.ok:
        return f"Un événement ancien arrivé en retard doit recevoir 2xx ({older})."
    state = _at_rest(line)
    if state and state["resources"].get(subject) == 2:
        return "Un événement ancien remplace un plus récent : comparez `sequence` par `subject`."
    return None


def burst(line: Line) -> str | None:
    """Many at once are all taken."""
    before, messages = _at_rest(line), [an_event(_subject()) for _ in range(BURST)]
    with ThreadPoolExecutor(10) as many:
        replies = list(many.map(line.send, messages))
    missed = [reply for reply in replies if not reply.ok]
    if missed:
        return f"{len(missed)} des {BURST} messages d’une rafale ont échoué ({missed[0]}) : rangez, puis traitez."
    after = line.state_when(_has_handled(before, BURST))
    if before and after and after["handled"] - before["handled"] < BURST:
        return "Des messages d’une rafale ont reçu 2xx sans être traités : ne répondez qu’une fois rangé."
    return None


def _at_rest(line: Line) -> dict[str, Any] | None:
    """The state once the receiver has done what it was sent before: one event more, sent last, is then shown."""
    last = _subject()
    line.send(an_event(last))
    return line.state_when(lambda shown: last in shown["resources"])


def _has_handled(before: dict[str, Any] | None, many: int) -> Callable[[dict[str, Any]], bool]:
    """Whether so many events more than before were acted on."""
    return lambda shown: before is None or shown["handled"] - before["handled"] >= many


def _refuses(reply: Reply, accepted: str) -> str | None:
    """None when the receiver said 4xx; the fault when it took the message, or fell over."""
    if reply.refused:
        return None
    return f"{accepted} ({reply})." if reply.ok else f"Refusez par 400 ou 401, sans tomber ({reply})."


CHECKS: Final[tuple[Check, ...]] = (
    verification,
    valid,
    test_event,
    altered_body,
    foreign_secret,
    altered_id,
    altered_timestamp,
    unsigned,
    malformed_headers,
    expired,
    early,
    raw_bytes,
    rotation,
    unknown_type,
    malformed,
    duplicate,
    reordered,
    burst,
)
