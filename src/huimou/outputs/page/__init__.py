"""The pages of one report and of a batch."""
