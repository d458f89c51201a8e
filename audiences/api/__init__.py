"""The client of the audiences API: the only code that knows HTTP. Nothing in here imports Django."""
