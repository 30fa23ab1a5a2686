"""Setting documents: facts in, the bytes of an accessible PDF out. The only typst user of the platform.

Promises: PDF/UA-1; the same facts give the same bytes (fonts are those inside the typst package, the date is the
document's own); whatever a fact contains is printed, never interpreted, since it reaches the template as data. Refuses
to look at the clock, the network, or the fonts of the machine. typst is imported on first use: of the slice's functions
only the one that sets documents carries it.

A template family is a folder: one template per kind of document (`term_sheet.typ`), what they share (`loan.typ`,
`cse.typ`), the house style (`house.typ`), and who sends them on which usual terms (`house.json`). An operator overrides
file by file: a folder with some of these names is given to `Press` and laid over the family.
"""

import json
import re
import shutil
import unicodedata
import weakref
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from functions.documents.model import Kind, ProposalLetter
from functions.documents.model.loan import Loan
from passerelle.consuming import Unprocessable

if TYPE_CHECKING:
    from typst import Compiler

TEMPLATES: Final = Path(__file__).parent / "templates"

_SPACES = re.compile(r"[\t\n\v\f\r ]+")
_PRINTABLE = (
    "\u0020-\u007e\u00a0-\u00ac\u00ae-\u024f"  # Latin
    "\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ff"  # Greek
    "\u0400-\u0482\u048a-\u04ff"  # Cyrillic
    "\u1e00-\u1eff\u2009\u2010-\u2027\u202f-\u2040\u2044-\u2052\u2054-\u205e"  # Vietnamese, punctuation
    "\u20a0-\u20bf\u2190-\u21ff\u2200-\u22ff"  # currencies, arrows, signs of mathematics
)
_UNPRINTABLE = re.compile(f"[^{_PRINTABLE}]")


def printable(text: str) -> str:
    """The text (as NFC) as the fonts can show it: runs of white space become one space, and every other character that
    has no glyph, or that would reorder or cover its neighbours (bidirectional controls, stacked accents), is spelt out
    as `[U+202E]`."""
    composed = _SPACES.sub(" ", unicodedata.normalize("NFC", text))
    return _UNPRINTABLE.sub(lambda found: f"[U+{ord(found.group()):04X}]", composed)


class Press:
    """Sets documents with the template family, or with an operator's own files laid over it; fonts are read once."""

    def __init__(self, own: Path | None = None) -> None:
        self._own = own

    def proposal_letter(self, letter: ProposalLetter) -> bytes:
        """The masked proposal letter as PDF/UA-1. Raises `Unprocessable` when the template cannot set it."""
        return self._set(Kind.PROPOSAL_LETTER, letter)

    def loan_document(self, kind: Kind, facts: Loan) -> bytes:
        """A document of a loan as PDF/UA-1. Raises `Unprocessable` when the template cannot set it."""
        return self._set(kind, facts)

    @cached_property
    def _family(self) -> Path:
        if self._own is None:
            return TEMPLATES
        laid = Path(mkdtemp(prefix="family-"))
        weakref.finalize(self, shutil.rmtree, laid, ignore_errors=True)
        for folder in (TEMPLATES, self._own):
            shutil.copytree(folder, laid, dirs_exist_ok=True)
        return laid

    @cached_property
    def _compiler(self) -> "Compiler":
        import typst

        fonts = typst.Fonts(include_system_fonts=False)
        return typst.Compiler(root=str(self._family), font_paths=fonts, ignore_system_fonts=True)

    def _set(self, kind: Kind, facts: BaseModel) -> bytes:
        from typst import TypstError

        template = f"{kind.value}.typ"

        data = json.dumps(_printable_facts(facts.model_dump(mode="json")), ensure_ascii=False)
        try:
            pdf = self._compiler.compile(
                self._family / template, format="pdf", sys_inputs={"facts": data}, pdf_standards=["ua-1"]
            )
        except TypstError as error:
            raise Unprocessable(f"{template} could not be set") from error
        if not isinstance(pdf, bytes):
            raise Unprocessable(f"{template} gave no PDF")
        return pdf


def _printable_facts(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list):
        return [_printable_facts(item) for item in value]
    if isinstance(value, dict):
        return {key: _printable_facts(item) for key, item in value.items()}
    return value
