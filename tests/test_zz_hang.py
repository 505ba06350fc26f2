import threading
def test_a(): pass
def test_hang(): threading.Event().wait()
def test_b(): pass
