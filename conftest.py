"""What every suite of the repository has: real servers, and a check for leaked tasks."""

pytest_plugins = ["contactflow.testing.plugin"]
