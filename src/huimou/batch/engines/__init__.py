"""Who works on the reports of a run.

Read `engine` (the protocol, and the loop that hands reports over), `thread_engine` (threads of this process), then
`process_engine` with `worker` (processes of this machine, over pipes: `messages`, `roster`, `worker_events`,
`event_collector`) and `ray_engine` with `store_actor` (a Ray cluster). `signals` end a process in order.
May import what `batch` may, and of `batch` itself what a run is made of, but neither `run` nor `library`.
"""
