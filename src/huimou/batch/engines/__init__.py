"""Engines that spread reports over other processes; `batch.Threads` is the one within this process."""
