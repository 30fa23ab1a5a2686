"""Mails as text and accessible HTML, from the files in `templates/`.

Values are substituted once and never read as templates; in HTML every value is escaped. No image, no remote content.
"""

import html
from collections.abc import Mapping
from functools import cache
from importlib import resources
from string import Template as Blanks

from functions.notifications.model import SUBJECTS, Mail, Template


def rendered(template: Template, to: str, values: Mapping[str, str], reference: str) -> Mail:
    """The mail of this template with these values. Raises `KeyError` for a value the template asks for in vain."""
    escaped = {name: html.escape(value) for name, value in values.items()}
    subject = SUBJECTS[template]
    framed = {"subject": html.escape(subject), "content": _blanks(f"{template}.html").substitute(escaped)}
    return Mail(
        to=to,
        subject=subject,
        text=_blanks(f"{template}.txt").substitute(values) + _blanks("signature.txt").substitute(reference=reference),
        html=_blanks("layout.html").substitute(framed, reference=html.escape(reference)),
        reference=reference,
    )


@cache
def _blanks(name: str) -> Blanks:
    folder = resources.files("functions.notifications") / "templates"
    return Blanks((folder / name).read_text(encoding="utf-8"))
