"""The local stack: PostgreSQL, Kafka, the services and a local AI on one machine.

`make up` starts what is missing at the addresses it had, `make down` stops it, `make status` looks
at it, `make reset` forgets it. There is no supervisor: what runs is noted in `state.json`, and
where it is reached in `stack.json` (see `tools.stack.state`).
"""
