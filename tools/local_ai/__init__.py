"""A small language model on this machine behind the OpenAI interface, for work without an account.

One conversation at a time, on two cores, in an environment of its own: for trying things out, not
for production. `OPENAI_BASE_URL` and `OPENAI_API_KEY` put any other server in its place.
"""
