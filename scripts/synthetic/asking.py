"""Asked: two rounds of a short questionnaire after Normalisation Process Theory, in which roles see it differently."""

from __future__ import annotations

from typing import Any

from synthetic.chance import Chance

Row = dict[str, Any]

#: How each role leans on each question, 1 to 5, in the first round.
_LEAN = {
    "ward nurse": {"CO1": 4.2, "CO2": 2.6, "CP2": 3.9, "CA1": 2.6, "CA2": 2.8, "CA5": 2.3, "CA6": 1.8, "RM2": 3.6},
    "ward manager": {"CO1": 4.4, "CO2": 3.8, "CP2": 4.3, "CA1": 3.5, "CA2": 2.2, "CA5": 3.2, "CA6": 2.6, "RM2": 4.0},
    "hospital manager": {
        "CO1": 4.0,
        "CO2": 4.4,
        "CP2": 3.2,
        "CA1": 4.2,
        "CA2": 1.8,
        "CA5": 4.2,
        "CA6": 4.3,
        "RM2": 4.2,
    },
    "doctor": {"CO1": 3.0, "CO2": 2.4, "CP2": 2.2, "CA1": 2.8, "CA2": 3.1, "CA5": 2.8, "CA6": 2.6, "RM2": 2.6},
    "therapist": {"CO1": 4.1, "CO2": 3.2, "CP2": 4.2, "CA1": 3.4, "CA2": 2.4, "CA5": 2.9, "CA6": 2.2, "RM2": 4.1},
}
_ASKED = {
    "npt-2022": {"ward nurse": 9, "ward manager": 5, "hospital manager": 5, "doctor": 5, "therapist": 5},
    "npt-2024": {"ward nurse": 11, "ward manager": 6, "hospital manager": 5, "doctor": 6, "therapist": 6},
}
#: What moved between the rounds: it fits better, and there is no more to do it with.
_MOVED = {"CO2": 0.3, "CA1": 0.5, "CA5": 0.2, "CA6": -0.3, "RM2": 0.2}
_COMMENTS = {
    ("ward nurse", "CA6"): "One telephone for three things",
    ("hospital manager", "CA6"): "There is a budget line",
    ("doctor", "CP2"): "Not mine to do, mine not to hinder",
    ("ward manager", "CO2"): "Ask three people and you hear four purposes",
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
                said = str(min(5, max(1, round(chance.normal(centre, 0.75)))))
                if question == "CP2" and role == "doctor" and chance.happens(0.25):
                    said = "not_relevant_to_my_role"
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
