"""The agents' door: tools over the Model Context Protocol, each a thin function over the service. See ``docs/agents.md``."""
