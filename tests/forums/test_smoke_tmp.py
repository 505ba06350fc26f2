from hanmadang.kernel import clock
from hanmadang.kernel.permissions import Role
from tests.factories import forums as f
import pytest

@pytest.fixture(autouse=True)
def at():
    with clock.frozen(f.NOW): yield

def test_all(write, sign_in, client):
    with write() as s:
        call = f.make_call(s)
        ev = call.event_id
        exp = f.make_expert(s)
        p = f.make_confirmed(s, call, exp)
        f.place(s, call, p, 60)
        f.make_talk(s, s.get(f.Event, ev))
        from hanmadang.forums.domain import talks
        assert talks.publish(s, ev, actor=f.admin(s))==2
        q = f.make_proposal(s, call, exp, title='Second')
        f.decide(s, q, f.Outcome.ACCEPTED)
        slug = s.get(f.Event, ev).slug
        from hanmadang.people.models import Account
        from tests.factories.people import open_session
        ck = open_session(s, s.get(Account, exp.id))
    for lang in ('ko','en'):
        for u in ('/forums', f'/forums/{slug}'):
            r = client.get(f'/{lang}{u}'); assert r.status_code==200, r.text
        client.set_cookie('hm_session', ck)
        for u in ('/my/proposals', f'/forums/{slug}/propose', f'/my/proposals/{q.key}', f'/my/proposals/{p.key}', f'/my/availability/{call.id}', '/my/speaker'):
            r = client.get(f'/{lang}{u}'); assert r.status_code==200, (u, r.text)
        client.delete_cookie('hm_session')
        adm = sign_in(Role.ADMINISTRATOR)
        for u in ('/desk/calls','/desk/calls/new',f'/desk/calls/{call.id}/edit',f'/desk/calls/{call.id}/proposals',f'/desk/calls/{call.id}/release',f'/desk/proposals/{q.key}',f'/desk/forums/{ev}/programme','/desk/talks/1','/desk/reviews',f'/desk/reviews/{q.key}'):
            r = adm.get(f'/{lang}{u}'); assert r.status_code==200, (u, r.text)
