"""Infrastructure of Passerelle and its operator's tools. Importing it costs nothing: the first start has no packages."""
