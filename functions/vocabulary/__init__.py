"""The words everybody shares: occupations, skills and places, found by what people type."""
