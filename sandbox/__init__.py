"""The audiences API in miniature: a server of its own, for trying, developing and testing (see README.md)."""
