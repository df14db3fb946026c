"""A small AI on this machine behind the OpenAI interface, for work without an account.

It writes, hears and speaks: chat completions (Qwen2.5 1.5B), transcriptions (Whisper base), speech
in English (piper, the voice Joe) and French (Kokoro, the voice Siwis). One conversation or call at
a time, on two cores, in an environment of its own: for trying things out, not for production.
`OPENAI_BASE_URL` and `OPENAI_API_KEY` put any other server in its place.

Nothing of it is in the product or its images. That keeps piper apart, too, which is under the GPL:
its code is loaded by a process of this folder only, and the services speak HTTP with that.
"""
