"""The second deployment target: a synthesised cloud assembly, running on this machine and on loopback only."""
