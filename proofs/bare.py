"""The yardstick of speed: a Flask view that says hello, under the same server and bridge."""

import socket
import sys

import uvicorn
from flask import Flask

from hanmadang.serving.bridge import Bridge

app = Flask("bare", static_folder=None)


@app.get("/")
def hello() -> str:
    """Nothing but Flask."""
    return "hello"


def serve(descriptor: int) -> None:
    """Serve on an inherited socket, as the house itself is served."""
    config = uvicorn.Config(Bridge(app), log_config=None, access_log=False, server_header=False)
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    serve(int(sys.argv[1]))
