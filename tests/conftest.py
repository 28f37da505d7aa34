"""What every test stands on."""

from hypothesis import HealthCheck, settings

# Machines that run tests are shared, so how long one example takes says nothing about the code:
# pytest-timeout ends what hangs.
settings.register_profile("tillgraph", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tillgraph")
