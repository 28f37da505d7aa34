"""The driver that this connector needs is never there."""

import acme_driver_that_is_not_installed  # type: ignore[import-not-found]


class BoltBroken:
    """Never made, since its module cannot be imported."""

    driver = acme_driver_that_is_not_installed
