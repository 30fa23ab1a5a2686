"""One profile and one demand, introduced: what each side answers, and how it ends."""
