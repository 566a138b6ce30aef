"""Digest to text for people and programs."""
