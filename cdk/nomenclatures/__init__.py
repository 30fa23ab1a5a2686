"""Official nomenclatures as their publishers give them, read with distrust, made into editions, and switched to.

`archive` opens files, `tables` reads rows, `rome`, `esco` and `places` understand them, `sources` keeps what was
imported, `edition` composes, `switching` writes. Nothing is written before everything is understood.
"""
