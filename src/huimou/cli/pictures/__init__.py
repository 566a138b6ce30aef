"""Commands that draw digests that are there: `picture`. May import `cli` and, inside commands, what is below."""
