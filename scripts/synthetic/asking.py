"""Asked: three rounds of some questions after Normalisation Process Theory, which roles see differently."""

from __future__ import annotations

from typing import Any

from synthetic.chance import Chance

Row = dict[str, Any]

#: Answers as they are stored, from 1 to 5.
_SAID = ("strongly-disagree", "disagree", "neither", "agree", "strongly-agree")
#: How each role leans on each question, 1 to 5, in the first round.
_LEAN = {
    "ward nurse": {"co1": 4.2, "co2": 2.6, "cp2": 3.9, "ca1": 2.6, "ca2": 2.8, "ca5": 2.3, "ca6": 1.8, "rm2": 3.6},
    "ward manager": {"co1": 4.4, "co2": 3.8, "cp2": 4.3, "ca1": 3.5, "ca2": 2.2, "ca5": 3.2, "ca6": 2.6, "rm2": 4.0},
    "hospital manager": {
        "co1": 4.0,
        "co2": 4.4,
        "cp2": 3.2,
        "ca1": 4.2,
        "ca2": 1.8,
        "ca5": 4.2,
        "ca6": 4.3,
        "rm2": 4.2,
    },
    "doctor": {"co1": 3.0, "co2": 2.4, "cp2": 2.2, "ca1": 2.8, "ca2": 3.1, "ca5": 2.8, "ca6": 2.6, "rm2": 2.6},
    "therapist": {"co1": 4.1, "co2": 3.2, "cp2": 4.2, "ca1": 3.4, "ca2": 2.4, "ca5": 2.9, "ca6": 2.2, "rm2": 4.1},
}
_ASKED = {
    "npt-2022": {"ward nurse": 9, "ward manager": 5, "hospital manager": 5, "doctor": 5, "therapist": 5},
    "npt-2024": {"ward nurse": 11, "ward manager": 6, "hospital manager": 5, "doctor": 6, "therapist": 6},
    "npt-2025": {"ward nurse": 12, "ward manager": 6, "hospital manager": 4, "doctor": 6, "therapist": 5},
}
#: What moved between the rounds: it fits better, and there is no more to do it with.
_MOVED = {"co2": 0.3, "ca1": 0.5, "ca5": 0.2, "ca6": -0.3, "rm2": 0.2}
_COMMENTS = {
    ("ward nurse", "ca6"): "One telephone for three things",
    ("hospital manager", "ca6"): "There is a budget line",
    ("doctor", "cp2"): "Not mine to do, mine not to hinder",
    ("ward manager", "co2"): "Ask three people and you hear four purposes",
}


def answers() -> list[Row]:
    """One row for each respondent and question; some say that it does not apply to them."""
    rows = []
    for number, (asked, roles) in enumerate(_ASKED.items()):
        respondents = [role for role, many in roles.items() for _ in range(many)]
        for place, role in enumerate(respondents, 1):
            chance = Chance("answers", asked, str(place))
            for question, lean in _LEAN[role].items():
                if chance.happens(0.04):
                    continue
                centre = lean + number * _MOVED.get(question, 0.0)
                said = _SAID[min(5, max(1, round(chance.normal(centre, 0.75)))) - 1]
                if question == "cp2" and role == "doctor" and chance.happens(0.25):
                    said = "not-relevant:role"
                comment = _COMMENTS.get((role, question)) if chance.happens(0.15) else None
                code = f"{asked[-2:]}-{place:02d}"
                rows.append(
                    {
                        "round": asked,
                        "respondent": code,
                        "role": role,
                        "question": question,
                        "answer": said,
                        "comment": comment,
                    }
                )
    return rows
