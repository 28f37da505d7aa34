"""Proves that a connector is right: three lines make a test class.

TestKasaneCrm = connector_test_class(KasaneCrm, SuiteConfig(system=a_running_crm))
"""

from connectors.sdk.testing.file_faults import FILE_FAULTS, SQLITE_FAULTS, FileFaults
from connectors.sdk.testing.kit import connector_test_class
from connectors.sdk.testing.suite import ReadSample, Samples, SuiteConfig, System, WriteSample

__all__ = [
    "FILE_FAULTS",
    "SQLITE_FAULTS",
    "FileFaults",
    "ReadSample",
    "Samples",
    "SuiteConfig",
    "System",
    "WriteSample",
    "connector_test_class",
]
