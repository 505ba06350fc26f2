"""Forms of the room: parse and phrase; the domain validates again."""

from hanmadang.forums.forms.desk import CallForm, ReviewForm, TalkForm
from hanmadang.forums.forms.experts import ProfileForm, ProposalForm

__all__ = ["CallForm", "ProfileForm", "ProposalForm", "ReviewForm", "TalkForm"]
