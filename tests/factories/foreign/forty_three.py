"""A bank of 43 questions in GIFT, as teachers write it: ranges, missing words, everything once."""

_PLAIN = [
    ("one", "Which line was drawn in 1945? {{~the 17th parallel =the 38th parallel ~the 42nd}}"),
    ("one", "::Capital {n}::Where is Seoul? {{\n\t~in the north\n\t=in the south#Right.\n}}"),
    ("gaps", "Seoul is {{~east =south ~north}} of Kaesong."),
    ("gaps", "The truce was signed in the month of {{=July =7 =%50%june}}, in 1953."),
    ("true_false", "A truce ends a war.{{F}}"),
    ("true_false", "::Line {n}::The line is about 250 km long. {{TRUE#It is.#You knew.}}"),
    ("short", "Where was it signed? {{=Panmunjom =Panmunjeom =%80%P'anmunjŏm#Old letters.}}"),
    ("short", "[markdown]Name the **river** between Paju and Kaesong. {{=Imjin =The Imjin}}"),
    ("numeric", "In which year was the truce signed? {{#1953}}"),
    ("numeric", "How many kilometres long is the line? {{#248:10}}"),
    ("numeric", "Which width has the zone, in kilometres? {{#3.9..4.1}}"),
    ("numeric", "When did the war begin? {{#\n\t=1950:0#Right.\n\t=%50%1950:1#Nearly.\n\t~#No.\n}}"),
    ("numeric", "From one to five? {{#3:2 ~#None of these.}}"),
    ("gaps", "It was {{#1948..1948}} when two governments stood."),
    ("matching", "Match them. {{\n\t=South -> Seoul\n\t=North -> Pyongyang\n\t= -> Busan\n}}"),
    ("several", "Who signed? {{\n\t~%50%the UN Command\n\t~%50%the Chinese army\n\t~%-100%Japan\n}}"),
    ("several", "[html]<p>Which are <b>rivers</b>?</p> {{~%50%Han ~%50%Imjin ~%-100%Halla ####A}}"),
    ("one", "What \\: is 1 + 1 \\= ? {{=two#\\{{2\\}} ~three\\~four}}"),
    ("one", "Difficult. {{~wrong #no ~%50%half #nearly =whole #yes}}"),
    ("gaps", "::Zone {n}:: The zone is called {{=[plain]the DMZ ~the JSA#That is a part.}}."),
]  # fmt: skip
_ROUND = [_PLAIN[n % len(_PLAIN)] for n in range(43)]
KINDS = [kind for kind, _text in _ROUND]
FORTY_THREE = (
    "// A bank of questions.\n\n$CATEGORY: top/History\n\n"
    + "\n\n".join(text.format(n=n) for n, (_kind, text) in enumerate(_ROUND))
    + "\n"
)
