"""A model server for offline work: it speaks the providers' wires and says plainly that it is no model.

The same request always gets the same answer, and every fault in `FAULTS` can be switched on by its name.
"""

from .box import Sandbox, serve, start
from .exchange import Request
from .faults import FAULTS

__all__ = ["FAULTS", "Request", "Sandbox", "serve", "start"]
