"""How a holder is funded, as JSON: what `capital_text` shows, in whole currency units."""

from __future__ import annotations

import json

from treasury_sim.domain.result import Result
from treasury_sim.report.capital_sample import is_funded, sample_json
from treasury_sim.report.runway import capital_of, runway_rows

_OF_INSTRUMENT = ("name", "kind", "amount", "a_year", "terms", "source")


def capital_json(result: Result) -> str:
    """The funding as JSON; amounts in whole currency units."""
    return json.dumps(as_json(result), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def as_json(result: Result) -> dict[str, object]:
    """The funding as plain dictionaries and lists."""
    if is_funded(result):
        return sample_json(result)
    found = capital_of(result)
    labels, rows = runway_rows(found)
    return {
        "schema": 1,
        "title": result.title,
        "currency": result.currency,
        "asset": found.asset,
        "assumptions": list(found.assumptions),
        "interest_a_year": found.interest_a_year,
        "dividends_a_year": found.dividends_a_year,
        "instruments": [{name: getattr(one, name) for name in _OF_INSTRUMENT} for one in found.instruments],
        "runway": {"months": labels, **{row.line: list(row.amounts) for row in rows}},
        "triggers": [
            {
                "name": one.name,
                "framework": one.framework or None,
                "when": None if one.when is None else one.when.isoformat(),
                "sentence": one.sentence,
            }
            for one in found.triggers
        ],
        "break_even_prices": [
            {
                "name": one.name,
                "framework": one.framework or None,
                "on": one.day.isoformat(),
                "price": one.price,
                "words": one.words,
            }
            for one in found.break_evens
        ],
        "kpis": {
            day.isoformat(): {
                one.name: {
                    "title": one.title,
                    "value": one.value,
                    "unit": one.unit,
                    "definition": one.definition,
                    "caveat": one.caveat or None,
                }
                for one in rows_of_day
            }
            for day, rows_of_day in found.kpis.items()
        },
        "notes": list(result.notes),
    }
