"""What a person may tell, what is counted from it, and what of the counts may be shown. Pure."""
