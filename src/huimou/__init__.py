"""huimou (回眸): checked digests of long Chinese annual work reports."""

__version__ = "0.1.0"
