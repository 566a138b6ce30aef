"""The briefing and the one-page draft as Word documents in the style of GB/T 9704-2012."""
