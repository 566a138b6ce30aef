"""Engines that spread reports over other processes; `batch.run.ThreadEngine` is the one within this process."""
