"""All constructs of Moodle's documentation of GIFT."""

GIFT = r"""// a comment m-comment
// question: 1 [id:m-id] [tag:m-tag]
$CATEGORY: $course$/top/m-category/m-inner

::m-name:: [html]<p>m-one-text <b>m-bold</b></p> {
    =m-right #m-right-said
    ~m-wrong #m-wrong-said
    ~%50%m-half
    ####m-general
}

::several:: m-several {
    ~%50%m-several-a
    ~%50%m-several-b
    ~%-100%m-several-c #m-several-c-said
}

::true:: m-true {T#m-true-wrong#m-true-right}

::false:: m-false {FALSE}

::short:: m-short {=m-short-a =%50%m-short-b* #m-short-b-said}

::numeric:: m-numeric {#1953:2 #m-numeric-said}

::range:: m-range {#3.141..3.142}

::weighted:: m-weighted {#
    =1822:0 #m-exact
    =%50%1822:2 #m-near
    ~ #m-far
}

::match:: m-match {
    =m-left-a -> m-right-a
    =m-left-b -> m-right-b
    = -> m-extra
}

::missing:: m-before {~m-missing-a =m-missing-b ~m-missing-c} m-after.

::missing-number:: It was {#1953} m-number-after.

::essay:: m-essay {}

m-description\nm-second-line

::formats:: [markdown]m-markdown **m-strong** {=[plain]m-plain ~[html]<i>m-italic</i>}

::escapes:: m-escapes \{a\} \~ \= \# \: {=m-escaped\=x ~m-escaped\~y}

::mixed:: [moodle]m-moodle <script>m-script</script> {=m-m1 ~m-m2}

::broken:: m-broken {=m-unclosed
"""
