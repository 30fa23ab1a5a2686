"""Which words mean which codes, and which occupations are near each other. Pure: no clock, no file, no network.

It learns from the labels, titles, texts and skills it is given, knows the words of a short thesaurus written by hand,
reads nothing into a code, and gives the same answer on every machine.
"""
