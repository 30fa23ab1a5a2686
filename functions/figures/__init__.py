"""Level 0 of the disclosure ladder: how many volunteers and demands there are, as anybody may know it."""
