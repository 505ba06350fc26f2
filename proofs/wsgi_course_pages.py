"""The house with a lesson page that asks the database once for each of its questions."""

from hanmadang.factory import create_app
from proofs.course_spoiled import spoil

spoil()
app = create_app()
