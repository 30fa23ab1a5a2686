"""Demands: what hosts are looking for, and the masked card that lenders may read of it."""
