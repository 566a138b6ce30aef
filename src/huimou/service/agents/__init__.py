"""Tools for agents: digests made, read, searched, compared and reviewed over the Model Context Protocol (MCP).

Read in this order: `server` registers the tools and is the only module that imports the SDK (extra `mcp`); each tool
is a function of `digesting`, `reading`, `searching`, `comparing`, `following` or `reviewing`, on a `workplace`: the
folders that an agent may touch. `answers` has what tools return. May import outputs, batch, compare and everything
below, and of the service its `remarks` and `shared_store`; nothing imports it but the command line.
"""
