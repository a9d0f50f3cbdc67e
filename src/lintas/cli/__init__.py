"""The terminal door: parse options, call the service, render."""
