"""The paragraph that an entry follows, by family of frameworks; empty where none is known.

The rule of a framework covers measurement only; acquisition, disposal and tax follow other paragraphs.
"""

from __future__ import annotations

_US = {
    "purchase": "ASC 805-50-30-1",
    "receipt": "ASC 606-10-32-21",
    "sale": "ASC 610-20-32",
    "payment": "ASC 610-20-32",
    "swap": "ASC 610-20-32",
    "loan_remeasurement": "ASC 815-15",
    "tax": "ASC 740-10-30",
}
_IAS_38 = {
    "purchase": "IAS 38.27",
    "sale": "IAS 38.112 and 38.113",
    "payment": "IAS 38.112 and 38.113",
    "swap": "IAS 38.45, 38.112 and 38.113",
    "tax": "IAS 12.15, 12.58 and 12.61A",
}
_IAS_2 = {"purchase": "IAS 2.10", "sale": "IAS 2.34", "payment": "IAS 2.34", "tax": "IAS 12.15 and 12.58"}

_BY_PREFIX = {
    "us_gaap": _US,
    "ifrs_inventory": _IAS_2,
    "ifrs_broker_trader": _IAS_2,
    "ifrs": _IAS_38,
    "frs102": {"tax": "FRS 102 s. 29"},
    "hgb": {"tax": "HGB s. 274"},
}


def cited(framework: str, kind: str) -> str:
    """The paragraph for an entry of `kind` (``tax`` for income tax) under `framework`; empty if none is known."""
    for prefix, citations in _BY_PREFIX.items():
        if framework.startswith(prefix):
            return citations.get(kind, "")
    return ""
