"""The decision log: what the engine proposed, on what grounds, and what people chose; nothing in it can be changed."""
