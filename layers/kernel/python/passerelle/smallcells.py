"""Which counts of a table are hidden so that nobody can be told from them, nor worked out from the others.

Pure (law.md §3.2, `SMALL_CELL`: primary and secondary suppression).
"""

from collections.abc import Collection, Mapping


def hidden(sizes: Mapping[str, int], small: Collection[str]) -> frozenset[str]:
    """The cells of one total that are not told: the small ones and, with a single one, the next smallest too, so that
    it is no difference between the total and the others. `sizes` counts every cell by name."""
    if len(small) != 1:
        return frozenset(small)
    others = sorted(sizes.keys() - small, key=lambda name: (sizes[name], name))
    return frozenset({*small, *others[:1]})
