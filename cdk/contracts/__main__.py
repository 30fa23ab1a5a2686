"""`python -m cdk.contracts`: write the contract documents again."""

from __future__ import annotations

from cdk.contracts import write_all

if __name__ == "__main__":
    for path in write_all():
        print(path)
