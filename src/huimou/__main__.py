"""`python -m huimou`."""

from __future__ import annotations

from huimou.cli import main

if __name__ == "__main__":
    main()
