"""The WSGI application as a granian worker of `up` loads it: it ends with the server that made it."""

import os

from loyalty.shell.up.orphans import end_with
from loyalty.wsgi import application

__all__ = ["application"]

end_with(os.getppid())
