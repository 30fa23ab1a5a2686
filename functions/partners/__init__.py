"""Partner organisations: who they are, what is agreed with them and how it stands, and the inbox they write to."""
