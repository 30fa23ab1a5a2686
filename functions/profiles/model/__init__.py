"""A volunteer's profile as rules, pure: what a lender says of him (`description`), states and transitions as data
(`states`), the aggregate and what each word makes of it (`profile`), the cards that hosts read (`cards`), and the text
that he decides on (`consent`). The person is an id; who it is, is in the vault alone."""
