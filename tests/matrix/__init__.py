"""Who may do what, tried out: every route as every actor on own and foreign objects.

`expected.toml` says what should happen, by hand; `crawl.py` asks a running house through a
`Door` (the test client, or HTTP in `proofs/matrix.py`) and compares status, stored rows and
what the pages say. Marked texts (`canaries.py`) show where one person's data reach another.
"""
