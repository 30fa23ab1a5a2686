"""The slices of Passerelle: one folder a business capability, one way to lay it out (see README.md)."""
