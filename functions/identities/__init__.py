"""Identities: the vault, the only slice that ever takes or gives a name."""
