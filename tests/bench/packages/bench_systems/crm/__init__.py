"""The benchmark's CRM: JSON over HTTP."""
