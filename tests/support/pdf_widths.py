"""How wide characters are set by the test font: half an em for ASCII, else an em."""


def measure_text(text: str) -> float:
    """Width in ems."""
    return sum(0.5 if char.isascii() else 1.0 for char in text)
