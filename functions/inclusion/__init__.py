"""Inclusion data, told by the person alone and read by nobody, and the fairness watch that is counted from it."""
