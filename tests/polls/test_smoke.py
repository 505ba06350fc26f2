from tests.factories.polls import *
def test_smoke(client, write, read):
    with write() as s:
        p = make_poll(s); code=p.code; slug=p.slug
    for lang in ("ko","en"):
        r = client.get(f"/{lang}/polls"); assert r.status_code==200, r.text
        r = client.get(f"/{lang}/polls/{slug}"); assert r.status_code==200
    with read() as s:
        p = s.query(Poll).one(); q = [ (x.id,[o.id for o in x.options]) for x in p.questions]
    r = client.send(f"/ko/polls/{slug}", {f"q{q[0][0]}": q[0][1][1], f"q{q[1][0]}": q[1][1][:2], f"q{q[2][0]}": q[2][1][0]})
    assert r.status_code==303, r.text
    r = client.get(r.location); assert r.status_code==200; print(r.text)
    for path in ("results","screen"):
        assert client.get(f"/ko/polls/{slug}/{path}").status_code==200
    r= client.get(f"/live/{code}.json"); print(r.data, r.headers)
    assert client.get(f"/p/{code.lower()}").status_code==302
    assert client.get("/ko/p/XXXXX").status_code==404
