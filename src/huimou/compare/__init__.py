"""Digests compared with each other.

`cities` sets reports of several bodies side by side; `followup` holds an earlier plan against the later review of the
same body. (Digests of one report under different prompts or models are compared in `evaluation`.) May import outputs
and everything below; knows nothing of batches, of the service or of the evaluation.
"""
