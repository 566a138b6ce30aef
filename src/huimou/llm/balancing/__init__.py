"""Which server gets a request, how many each gets at once, and what becomes of a call that failed.

Read `retrying` (one request until its answer stands), `balancer` (the line of those who wait, and leases), `upstream`
(one server's state), `adaptive_limit` and `circuit_breaker` (pure rules of how much and whether), `find_servers`
(what the servers behind an endpoint are). It imports `answerers.wire` and its neighbours, `probing.record` and
`tokens`; how a call is made is handed in.
"""
