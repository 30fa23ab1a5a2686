"""Matching as rules: `formula` measures one profile against one demand, `ranking` says who may meet and in what order.

Pure. Texts that explain a score are in `wording`.
"""
