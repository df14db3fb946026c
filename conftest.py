"""What every suite of the repository has: real servers, and a check for leaked tasks."""

from hypothesis import HealthCheck, settings

# How long an example takes says nothing here: the machine is busy with other suites.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

pytest_plugins = ["contactflow.testing.plugin"]
