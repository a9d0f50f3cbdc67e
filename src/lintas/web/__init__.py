"""The web door: pages, their data twins, and the REST API. See ``docs/web.md``."""
