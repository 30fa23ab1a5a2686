"""The demo as a story: what is played, in order, and what each of them sees of it.

It prints plain text; nothing in it is computed here but what the platform answered to the companies themselves.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any

from cdk.demo.caller import Unexpected
from cdk.demo.loan import Loan, host_steps, lender_steps
from cdk.demo.player import Player
from cdk.demo.scenario import COMPANIES, DEMANDS, company_part, volunteers

Say = Callable[[str], None]

AEROSPACE_HOST = "aerostructures-normandie"
CAR_MAKER = "mecanique-cailly"
_WIDTH = 110


@dataclass
class Story:
    """One telling: the player acts, `say` prints, PDFs are saved under `folder`."""

    player: Player
    folder: Path
    say: Say = print
    letters: list[Path] = field(default_factory=list)
    signed: list[Path] = field(default_factory=list)

    def tell(self) -> None:
        """Play the lending journey from registration to the first day of three missions."""
        self._gather()
        demands = self._ask()
        fitter = self._explain(demands)
        self._answer(fitter)
        self._deliver_letters()
        self._sign_loans()
        self._summarise()

    def _gather(self) -> None:
        player = self.player
        with self._step(f"{len(COMPANIES)} entreprises s’inscrivent, reçoivent leur code et l’activent"):
            for part in COMPANIES:
                player.register(part)
            player.cloud.settle()
            for part in COMPANIES:
                player.activate(part)
            player.cloud.settle()
        parts = volunteers(player.nomenclature)
        with self._step(f"{len(parts)} volontaires sont décrits ; leurs noms vont au coffre, et nulle part ailleurs"):
            player.describe_all(parts)
            player.cloud.settle()
        with self._step("chaque salarié ouvre le lien que son courriel est seul à porter, et décide"):
            player.decide_all()
            player.cloud.settle()
        decided = Counter(volunteer.part.decision for volunteer in player.cast.volunteers)
        self.say(
            f"   {decided['accept']} acceptent d’apparaître masqués, {decided['refuse']} refusent, sans conséquence"
        )
        self._cards()

    def _cards(self) -> None:
        """How coarse the cards had to be, so that each could be about at least five people of three employers."""
        handles = sorted({volunteer.part.company for volunteer in self.player.cast.volunteers})
        callers = [self.player.cast.callers[handle] for handle in handles]
        profiles = [profile for caller in callers for profile in caller.get("/profiles", limit=100)["items"]]
        shown = [profile["shown"] for profile in profiles if profile["shown"]]
        coarse = sum(card["area"]["level"] != "epci" or card["experience"] in ("0-5", "6+", "any") for card in shown)
        waiting = sum(profile["state"] == "with_adviser" for profile in profiles)
        self.say(
            f"   {len(shown)} fiches masquées sont montrées, dont {coarse} plus vagues pour ne désigner personne ; "
            f"{waiting} de métier trop rare : un conseiller s’en charge de vive voix"
        )

    def _ask(self) -> list[str]:
        with self._step(f"{len(DEMANDS)} demandes sont déposées et rapprochées des profils"):
            demands = [self.player.post_demand(part) for part in DEMANDS]
            self.player.cloud.settle()
        return demands

    def _explain(self, demands: list[str]) -> str:
        """Show the aerospace demand with its matches; returns the introduction with the best car fitter."""
        player = self.player
        demand_id = demands[0]
        part = player.cast.demands[demand_id]
        label = player.nomenclature.occupation(part.occupation).label
        self._title(f"Ce que voit l’hôte : sa demande « {label} »")
        matches = player.matches(demand_id, limit=5)
        for rank, match in enumerate(matches, 1):
            self._match(rank, match)
        self._paragraph("Ni nom, ni employeur, ni commune : l’hôte lit des profils masqués, jamais plus.")
        profiles = {match["profile_id"] for match in matches if match["profile"]["occupation"]["code"] == "H2909"}
        introductions = player.introductions(AEROSPACE_HOST)
        return next(item["id"] for item in introductions if item["profile_id"] in profiles)

    def _answer(self, fitter: str) -> None:
        player = self.player
        self._title("Le monteur automobile et la chaîne aéronautique")
        lender = self._lender_of(fitter)
        seen = player.cast.callers[lender.handle].get(f"/introductions/{fitter}")
        self._paragraph(
            f"{lender.name} lit la même proposition de son côté : une demande masquée, avec les mêmes raisons, "
            f"et une réponse attendue avant le {seen['answer_by']}."
        )
        player.answer(AEROSPACE_HOST, fitter)
        answer = player.answer(lender.handle, fitter)
        self._paragraph(f"L’hôte est intéressé, puis le prêteur : les deux lisent « {answer['state_text']} ».")
        self._refusals(fitter)
        self._withdrawal()
        player.cloud.settle()

    def _refusals(self, fitter: str) -> None:
        player = self.player
        open_ones = [item for item in player.introductions(AEROSPACE_HOST) if "refusal" in item["may"]]
        declined = [item["id"] for item in open_ones if item["id"] != fitter][:2]
        for introduction_id in declined:
            player.answer(AEROSPACE_HOST, introduction_id, reason="skills")
        player.cloud.settle()
        lender = self._lender_of(declined[0])
        seen = player.cast.callers[lender.handle].get(f"/introductions/{declined[0]}")
        self._paragraph(
            f"L’hôte en décline {len(declined)} avec un motif. Le prêteur lit seulement « {seen['state_text']} » : "
            "les mêmes mots que pour toute autre fin."
        )

    def _withdrawal(self) -> None:
        player = self.player
        leaver = next(v for v in reversed(player.cast.volunteers) if v.part.decision == "accept")
        player.decide(leaver, "withdraw")
        player.cloud.settle()
        self._paragraph(
            "Un volontaire change d’avis et se retire d’un geste : son profil disparaît aussitôt des résultats, "
            "et ses mises en relation s’éteignent sans raison visible."
        )

    def _deliver_letters(self) -> None:
        player = self.player
        self.folder.mkdir(parents=True, exist_ok=True)
        introductions = player.introductions(AEROSPACE_HOST)
        for item in introductions[:6]:
            document, content = player.letter(AEROSPACE_HOST, item["id"])
            if sha256(content).hexdigest() != document["sha256"]:
                raise AssertionError(f"the letter of {item['id']} is not the one the platform speaks of")
            path = self.folder / f"proposition-{item['id']}.pdf"
            path.write_bytes(content)
            self.letters.append(path)

    def _sign_loans(self) -> None:
        """Three missions signed, one of them after a block was lifted; one person wanted by two hosts."""
        self._title("De l’intérêt partagé aux documents signés")
        loans = self._mutual_loans(3)
        rival = self._rival_of(loans[0])
        with self._step(f"{len(loans)} fiches d’accord masquées sont signées à l’aveugle par les deux entreprises"):
            for loan in [*loans, rival]:
                loan.write_sheet("host")
                loan.sign_sheet("host")
                loan.sign_sheet("lender")
            self.player.cloud.settle()
        with self._step("chaque salarié lit la fiche, toujours masquée, et donne son feu vert"):
            for loan in loans:
                loan.decide_go()
            self.player.cloud.settle()
        self._clash(rival)
        known = {side: loans[0].disclosed(side)["company"]["name"] for side in ("host", "lender")}
        self._paragraph(
            f"À la troisième signature, les identités se découvrent : l’hôte lit « {known['host']} », "
            f"le prêteur lit « {known['lender']} »."
        )
        self._block(loans[0])
        with self._step(
            "les conventions, avenants, accords et annexes sont faits, puis signés avec un code par courriel"
        ):
            for loan in loans:
                self._sign(loan)
        self._start(loans)

    def _mutual_loans(self, count: int) -> list[Loan]:
        """Introductions of the aerospace host with car fitters, each of another person, both sides interested."""
        player, loans = self.player, []
        taken: set[str] = set()
        for item in player.introductions(AEROSPACE_HOST):
            fitter = item["profile"] and item["profile"]["occupation"]["code"] == "H2909"
            volunteer = next((v for v in player.cast.volunteers if v.profile_id == item["profile_id"]), None)
            if not fitter or volunteer is None or volunteer.profile_id in taken or len(loans) == count:
                continue
            if item["state"] != "mutual":
                player.answer(AEROSPACE_HOST, item["id"])
                player.answer(volunteer.part.company, item["id"])
            taken.add(volunteer.profile_id)
            loans.append(Loan(player, item["id"], volunteer.part.company, AEROSPACE_HOST, volunteer))
        player.cloud.settle()
        return loans

    def _rival_of(self, loan: Loan) -> Loan:
        """Another host that wants the same person: it was proposed him, or finds him among all who fit its demand."""
        player = self.player
        handle, introduction_id = self._open_to_another_host(loan) or self._found_by_another_host(loan)
        player.answer(handle, introduction_id)
        player.answer(loan.lender, introduction_id)
        player.cloud.settle()
        return Loan(player, introduction_id, loan.lender, handle, loan.volunteer)

    def _open_to_another_host(self, loan: Loan) -> tuple[str, str] | None:
        """A host and its introduction to the person of a loan, still to be answered."""
        for handle in sorted({part.company for part in DEMANDS} - {AEROSPACE_HOST}):
            for item in self.player.introductions(handle):
                if item["profile_id"] == loan.volunteer.profile_id and item["may"]:
                    return handle, item["id"]
        return None

    def _found_by_another_host(self, loan: Loan) -> tuple[str, str]:
        player, profile_id = self.player, loan.volunteer.profile_id
        for demand_id, part in player.cast.demands.items():
            if part.company != AEROSPACE_HOST and player.propose(demand_id, profile_id):
                player.cloud.settle()
                found = self._open_to_another_host(loan)
                if found is not None:
                    return found
        raise LookupError("no other host wants this person")

    def _clash(self, rival: Loan) -> None:
        try:
            rival.decide_go()
        except Unexpected as refused:
            self._paragraph(
                "Deux hôtes voulaient la même personne : son second feu vert est refusé "
                f"({refused.reply.json()['type'].rpartition(':')[2]}), et rien n’est signé à moitié."
            )

    def _block(self, loan: Loan) -> None:
        loan.complete_terms()
        refused = loan.do("host", "readiness")
        self._paragraph("La loi bloque la signature tant que manquent des pièces :")
        for rule in refused.json()["rules"]:
            words = f"– {rule['rule']} ({rule['article']}) : {rule['text']} → {rule['remedy']}"
            self.say(textwrap.fill(words, _WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 8))

    def _sign(self, loan: Loan) -> None:
        player = self.player
        if loan.agreement("host")["draft"]["workplace"] is None:
            loan.complete_terms()
        loan.record_steps("lender", **lender_steps(player.today))
        loan.record_steps("host", **host_steps(player.today))
        ready = loan.do("host", "readiness")
        if not ready.ok:
            raise Unexpected("POST", "readiness", ready)
        player.cloud.settle()
        loan.sign("host")
        loan.sign_as_employee()
        loan.sign("lender")
        player.cloud.settle()
        for kind, content in loan.papers().items():
            path = self.folder / f"{loan.agreement_id()}-{kind}.pdf"
            path.write_bytes(content)
            self.signed.append(path)

    def _start(self, loans: list[Loan]) -> None:
        player = self.player
        early = loans[0].do("host", "start").json()
        self._paragraph(f"Avant le premier jour, la mission ne peut pas commencer : {early['detail']}")
        player.cloud.clock.advance(days=(loans[0].start() - player.today).days + 1)
        player.cloud.schedule.fire("passerelle-local-agreements-start")
        player.cloud.settle()
        states = Counter(loan.agreement("lender")["state_text"].lower() for loan in loans)
        counted = ", ".join(f"{count} × {state}" for state, count in states.items())
        self._paragraph(f"Le {loans[0].start():%d/%m/%Y}, la porte du départ s’ouvre : {counted}.")

    def _summarise(self) -> None:
        player = self.player
        self._title("Où chacun en est")
        for part in COMPANIES:
            states = Counter(item["state_text"].lower() for item in player.introductions(part.handle))
            counted = ", ".join(f"{count} × {state}" for state, count in sorted(states.items()))
            self.say(f"   {part.name:<34} {counted or 'aucune mise en relation'}")
        self.say(f"   {len(list(player.cloud.mailbox))} courriels envoyés, chacun à son seul destinataire")
        self._title("Lettres de proposition (PDF/UA, masquées)")
        for path in self.letters:
            self.say(f"   {path}")
        self._title("Documents signés de trois missions (PDF/UA, identités levées)")
        for path in self.signed:
            self.say(f"   {path}")

    def _lender_of(self, introduction_id: str) -> Any:
        for part in COMPANIES:
            if not part.lends:
                continue
            if self.player.cast.callers[part.handle].ask("GET", f"/introductions/{introduction_id}").ok:
                return company_part(part.handle)
        raise LookupError(f"no lender reads {introduction_id}")

    def _match(self, rank: int, match: Mapping[str, Any]) -> None:
        profile = match["profile"]
        self.say(
            f"   {rank}. {round(match['score'] * 100)} %  {profile['occupation']['label']}, "
            f"{profile['experience']} ans, {profile['area_label']}"
        )
        for criterion in match["criteria"]:
            self.say(
                textwrap.fill(f"– {criterion['text']}", _WIDTH, initial_indent=" " * 8, subsequent_indent=" " * 10)
            )

    def _title(self, words: str) -> None:
        self.say(f"\n{words}\n{'─' * len(words)}")

    def _paragraph(self, words: str) -> None:
        self.say(textwrap.fill(words, _WIDTH, initial_indent="   ", subsequent_indent="   "))

    @contextmanager
    def _step(self, words: str) -> Iterator[None]:
        started = monotonic()
        yield
        self.say(f"✓ {words} ({monotonic() - started:.1f} s)")
