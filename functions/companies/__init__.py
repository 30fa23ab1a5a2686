"""Companies: who takes part, who may act for them, and whom they refuse to meet."""
