"""A table with our columns, one that is not ours, and a row that cannot be read."""

TABLE = """kind,unit_ko,slug,text_ko,text_en,explanation_ko,answer1_ko,answer1_right,answer2_ko,answer2_right,m-column
one,m-unit,one,m-one,m-one-en,m-explanation,m-a,yes,m-b,no,m-cell
several,,several,m-several,,,m-sa,yes,m-sb,yes,
true_false,,tf,m-tf,,,m-true,no,m-false,yes,
numeric,,number,m-number,,,1..2,,3,,
short,,short,m-short,,,m-word,,m-other,,
matching,,match,m-match,,,m-la => m-ra,,m-lb => m-rb,,
ordering,,order,m-order,,,m-first,,m-second,,
hologram,,holo,m-holo,,,m-x,,m-y,,
one,,broken,m-broken,,,m-only,yes,,,
"""
