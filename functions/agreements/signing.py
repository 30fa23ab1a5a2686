"""The built-in signature: simple, by a one-time code mailed to the signer (regulation (EU) 910/2014, article 3, 10).

It promises that who typed the code reads the signer's mail, and refuses to be called advanced: another provider takes
its place through the same port, and its level is what the evidence then says.
"""

from datetime import datetime
from typing import Final

from functions.agreements.model.agreement import Agreement
from functions.agreements.model.signatures import Code
from passerelle.contracts.agreements import Party
from passerelle.tokens import digest


class SimpleSignature:
    """Proof by a one-time code."""

    level: Final = "simple"

    def proof(self, agreement: Agreement, party: Party, typed: str) -> str:
        """The digest of the typed code: what is compared, and kept as evidence."""
        return digest(agreement.id, party, _as_mailed(typed))

    def accepts(self, code: Code | None, proof: str, at: datetime) -> bool:
        """Whether this proof is of the code that was mailed: in time, once, and not after too many tries."""
        return code is not None and code.opens(proof, at)


def _as_mailed(typed: str) -> str:
    return "".join(character for character in typed.upper() if character.isalnum())
