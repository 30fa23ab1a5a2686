"""Stands for the kernel: the launcher looks for its clock."""
