"""The house with its live results sabotaged: hints are lost, and nothing is read without one."""

from hanmadang.factory import create_app
from hanmadang.serving import hub

hub.Hub.hint = lambda *_: None  # type: ignore[method-assign]
hub.SLOWEST_READ = 3600.0
app = create_app()
