"""Infrastructure of Passerelle and its operator's tools; it imports without packages, for the first start has none."""
