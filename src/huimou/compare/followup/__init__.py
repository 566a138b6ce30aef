"""Last year's plan against this year's review: what is reported on, what is not seen, what nobody had planned."""
