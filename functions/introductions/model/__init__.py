"""An introduction: one masked profile and one masked demand, from the first yes to the disclosure that three sign for.

Pure. The pair (`pair`) stands somewhere (`states`); three sign its sheet (`sheet`); the profile and the demand each
remember theirs (`ledger`); the employee reads and holds his own (`go`); silence is reminded of (`reminders`).
Both companies read the same words for every end, whoever or whatever ended it; only the side that refused finds its own
reason again.
"""
