"""The WSGI door: `gunicorn wsgi:app`, `python -m flask …`.

`platform/` is the import root and must not be a package (see platform/README.md), so it is put
on the path here.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "platform"))

from hanmadang.factory import create_app

app = create_app()
