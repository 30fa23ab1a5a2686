"""The adviser's desk: cards that no class protects are mediated by a person."""
