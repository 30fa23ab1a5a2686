"""The legality compiler: what French law asks of an employee loan, as data, and what each rule answers of known facts.

It promises an answer for any facts, the same each time, and never takes what is unknown for lawful. It refuses to
decide for people: it blocks, requires, warns and tells, each time with the article, the remedy and who must act. It is
not legal advice: no lawyer has reviewed it yet.
"""

from datetime import date
from typing import Final

LAW_AS_OF: Final = date(2026, 11, 21)
"""The day on which the texts were read."""

REVIEWED_BY_A_LAWYER: Final = False
