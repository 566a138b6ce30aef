"""The shell of every HTML page that huimou writes or serves."""
