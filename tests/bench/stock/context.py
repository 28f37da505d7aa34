"""What resolvers are given: the request's loaders."""

from typing import Any

import strawberry
from strawberry.dataloader import DataLoader

Context = dict[str, Any]
Info = strawberry.Info[Context, None]
Loader = DataLoader[Any, Any]
