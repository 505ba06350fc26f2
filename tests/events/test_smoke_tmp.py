from tests.factories.events import *
from hanmadang.kernel import clock
import pytest
@pytest.fixture(autouse=True)
def now():
    with clock.frozen(NOW): yield
def test_it(write, client, sign_in):
    with write() as s:
        make_topic(s)
        e = make_event(s, evening(capacity=1,topics=("culture",)), slug="songs")
        ex=make_event(s, exhibition(), slug="ex")
        a,b,c = make_citizens(s,3)
        book_all(s,e,[a,b,c])
        ids=[e.id,ex.id]
    me = sign_in(); admin=sign_in(Role.ADMINISTRATOR)
    for l in ("ko","en"):
        for p in ("events","events?when=today","events?when=past&q=x","events.ics","events/songs","events/ex","events/ex.ics","events/songs.ics"):
            r=client.get(f"/{l}/{p}"); assert r.status_code==200,(p,r.text)
        r=me.send(f"/{l}/events/songs/book"); assert r.status_code==303
        for p in ("events/songs","my/bookings"):
            r=me.get(f"/{l}/{p}"); assert r.status_code==200,(p,r.text)
        for p in ("desk/events","desk/events/new",f"desk/events/{ids[0]}/edit",f"desk/events/{ids[1]}/edit",f"desk/events/{ids[0]}/registrations",f"desk/events/{ids[0]}/registrations.csv"):
            r=admin.get(f"/{l}/{p}"); assert r.status_code==200,(p,r.text)
