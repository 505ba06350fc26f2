"""The read API as OpenAPI 3.1, written by hand; a test holds real answers against it."""

from collections.abc import Mapping
from typing import Any

from hanmadang.polls.models import Assurance, PollState, QuestionKind, QuestionType, ResultsShown
from hanmadang.polls.models_outcomes import OutcomeState

Schema = dict[str, Any]


def _object(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None) -> Schema:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _or_null(schema: Schema) -> Schema:
    return {"oneOf": [schema, {"type": "null"}]}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


_TEXT: Schema = {"type": "string"}
_WHOLE: Schema = {"type": "integer"}
_NUMBER: Schema = {"type": "number"}
_YES_OR_NO: Schema = {"type": "boolean"}
_URL: Schema = {"type": "string", "format": "uri"}
_TIME: Schema = {"type": "string", "format": "date-time"}
_STATE: Schema = {
    "type": "string",
    "enum": [state.value for state in PollState if state is not PollState.DRAFT],
}
_HEAD: dict[str, Schema] = {
    "slug": {**_TEXT, "description": "Names the poll in every address."},
    "title": _ref("Bilingual"),
    "intro": _ref("Bilingual"),
    "state": _STATE,
    "institution": _or_null(_ref("Bilingual")),
    "url": _ref("Addresses"),
    "api": _URL,
    "opened_at": _or_null(_TIME),
    "closed_at": _or_null(_TIME),
}
_SCHEMAS: dict[str, Schema] = {
    "Bilingual": {
        **_object({"ko": {"type": ["string", "null"]}, "en": {"type": ["string", "null"]}}),
        "description": "A text in each language; null where there is none yet.",
    },
    "Addresses": {
        **_object({"ko": _URL, "en": _URL}),
        "description": "The page for people, in each language.",
    },
    "PollCard": _object(
        {
            **_HEAD,
            "questions": _WHOLE,
            "answers": {**_WHOLE, "description": "Answers to all questions together."},
        }
    ),
    "PollList": _object({"polls": _list(_ref("PollCard")), "page": _WHOLE, "next": _or_null(_URL)}),
    "Poll": _object(
        {
            **_HEAD,
            "version": {**_WHOLE, "description": "Raised by each change of counts or state."},
            "assurance": {
                "type": "string",
                "enum": [level.value for level in Assurance],
                "description": "How sure it is that one person answered once.",
            },
            "quiz": {**_YES_OR_NO, "description": "Each device sees its own score."},
            "scores": {
                **_or_null(_ref("Scores")),
                "description": "Of a quiz whose answers are all told: how many had how many right.",
            },
            "sample": {**_YES_OR_NO, "description": "False: people chose to take part."},
            "questions": {
                **_list(_ref("Question")),
                "description": "Of a poll led question by question, those asked so far.",
            },
            "outcomes": _list(_ref("Outcome")),
            "open_data": _or_null(_object({"results": _URL, "codebook": _URL, "record": _URL})),
        }
    ),
    "Scores": _object(
        {
            "questions": {**_WHOLE, "description": "Knowledge questions asked."},
            "people": {**_WHOLE, "description": "Who answered at least one of them."},
            "scores": {
                **_list(_object({"low": _WHOLE, "high": _WHOLE, "people": _WHOLE})),
                "description": "No band holds fewer than ten people; none, if all are fewer.",
            },
        }
    ),
    "Question": _object(
        {
            "id": _WHOLE,
            "kind": {"type": "string", "enum": [kind.value for kind in QuestionKind]},
            "type": {"type": "string", "enum": [type_.value for type_ in QuestionType]},
            "text": _ref("Bilingual"),
            "choices": {**_list(_WHOLE), "description": "Fewest and most options of an answer."},
            "options": _list(_ref("Option")),
            "results_shown": {
                "type": "string",
                "enum": [shown.value for shown in ResultsShown],
                "description": "From when the public sees the counts.",
            },
            "answered": _WHOLE,
            "results": {
                **_or_null(_ref("Results")),
                "description": "Null while the counts may not be shown.",
            },
        },
        {"explanation": _ref("Bilingual")},
    ),
    "Option": _object(
        {"id": _WHOLE, "label": _ref("Bilingual")},
        {
            "correct": {**_YES_OR_NO, "description": "Of knowledge questions, once told."},
            "picture": {**_URL, "description": "WebP; the label says what is to be seen."},
        },
    ),
    "Results": _object(
        {
            "options": _list(_ref("Count")),
            "figures": {
                "type": "object",
                "additionalProperties": {"type": ["number", "null"]},
                "description": "Mean, median and the like, where the type has them.",
            },
        },
        {
            "words": {
                **_list(_ref("Word")),
                "description": "Typed answers, the most frequent first.",
            }
        },
    ),
    "Word": _object(
        {
            "label": _TEXT,
            "lang": {"type": "string", "enum": ["ko", "en"]},
            "count": _WHOLE,
            "share": {**_or_null(_NUMBER), "description": "Percent of those who answered."},
            "size": {**_WHOLE, "description": "From 1 to 5, as the page draws it."},
        }
    ),
    "Count": _object(
        {
            "id": {**_WHOLE, "description": "Of the option."},
            "count": {**_WHOLE, "description": "Answers, or points where points are counted."},
            "share": {**_or_null(_NUMBER), "description": "Percent, 0 to 100."},
        },
        {"mean": _or_null(_NUMBER), "first": _or_null(_NUMBER)},
    ),
    "Outcome": _object(
        {
            "id": _WHOLE,
            "state": {"type": "string", "enum": [state.value for state in OutcomeState]},
            "date": {"type": "string", "format": "date"},
            "text": _ref("Bilingual"),
            "reason": _or_null(_ref("Bilingual")),
            "url": _or_null(_ref("Addresses")),
        }
    ),
    "Problem": {
        **_object(
            {
                "type": _TEXT,
                "title": _TEXT,
                "status": _WHOLE,
                "detail": _TEXT,
                "instance": _TEXT,
            }
        ),
        "description": "RFC 9457, in the language of Accept-Language.",
    },
}


def _parameter(name: str, place: str, schema: Schema, text: str) -> Schema:
    needed = {"required": True} if place == "path" else {}
    return {"name": name, "in": place, "schema": schema, "description": text, **needed}


def _get(name: str, summary: str, schema: Schema, parameters: list[Schema], *errors: str) -> Schema:
    problem = {"application/problem+json": {"schema": _ref("Problem")}}
    answers: Schema = {
        "200": {
            "description": "As described.",
            "headers": {"ETag": {"schema": _TEXT, "description": "For If-None-Match."}},
            "content": {"application/json": {"schema": schema}},
        },
        "304": {"description": "Nothing changed since that ETag."},
    }
    for status in (*errors, "429"):
        answers[status] = {"description": "A problem.", "content": problem}
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": parameters,
            "responses": answers,
        }
    }


def document(base: str) -> Schema:
    """The description, for the house at this address."""
    one, hundred = {"minimum": 1}, {"minimum": 1, "maximum": 100, "default": 20}
    paging = [
        _parameter("state", "query", _STATE, "Only polls in this state."),
        _parameter("page", "query", {**_WHOLE, **one, "default": 1}, "From 1."),
        _parameter("per_page", "query", {**_WHOLE, **hundred}, "Polls on a page."),
    ]
    slug = [_parameter("slug", "path", _TEXT, "As in the list.")]
    list_, poll, self_ = _ref("PollList"), _ref("Poll"), {"type": "object"}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hanmadang",
            "version": "1",
            "description": "Public polls and their results, read-only, without a key.",
        },
        "servers": [{"url": base}],
        "paths": {
            "/api/v1/polls": _get("listPolls", "Public polls", list_, paging, "400"),
            "/api/v1/polls/{slug}": _get("getPoll", "One poll", poll, slug, "404"),
            "/api/v1/openapi.json": _get("describe", "This description", self_, []),
        },
        "components": {"schemas": _SCHEMAS},
    }
