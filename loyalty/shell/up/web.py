"""The WSGI application as a granian worker of `up` loads it: it ends with the server that made it, even one that ended before this line."""

import os

from loyalty.shell.up.orphans import SERVER, end_with
from loyalty.wsgi import application

__all__ = ["application"]

end_with(int(os.environ[SERVER]))
