"""The whole house as one ASGI application: pages, live streams and, if asked, the scheduler."""

from flask import Flask

from hanmadang.kernel.pictures import ADMITS
from hanmadang.reminders.scheduler import Scheduler
from hanmadang.serving.bridge import Bridge, Receive, Scope, Send
from hanmadang.serving.live import Live
from hanmadang.serving.short import Short


class House:
    """Routes ``/live/`` to the streams and everything else to the pages."""

    def __init__(self, app: Flask, *, scheduler: bool) -> None:
        self._pages = Bridge(app, short=Short(app), admits=app.extensions[ADMITS])
        self._live = Live(app)
        self._scheduler = Scheduler(app) if scheduler else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection's request, or the server's own start and stop."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] != "http":
            await receive()
            await send({"type": "websocket.close", "code": 1000})
        elif scope["path"].startswith("/live/") and scope["method"] in {"GET", "HEAD"}:
            await self._live(scope, receive, send)
        else:
            await self._pages(scope, receive, send)

    async def release(self) -> None:
        """End the live streams, so that a stopping server need not wait for its viewers."""
        await self._live.stop()

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        await self._live.start()
        if self._scheduler:
            self._scheduler.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.release()
        if self._scheduler:
            self._scheduler.stop()
        self._pages.close()
        await send({"type": "lifespan.shutdown.complete"})
