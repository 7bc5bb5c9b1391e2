"""Income effects of events beside the holdings: revenue, expenses, and the receivable for coins lent.

- Coins received as income are revenue at fair value at contract inception; later price moves are not
  (ASC 606-10-32-21).
- Coins paid are an expense at their fair value, and a disposal at the same amount.
- Coins lent leave the books if the borrower may sell or pledge them. A receivable at the fair value of the coins
  replaces them and is remeasured with the coin price through profit or loss until they are returned.

Sources: ASC 606-10-32-21; Deloitte, Roadmap Digital Assets, 8.2 and 8.4.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from treasury_sim.domain.arrays import Bools, Floats
from treasury_sim.domain.holding import Lot
from treasury_sim.domain.ledger import Ledger, sum_by_quarter
from treasury_sim.domain.ledger_lines import acquired_cost, released_gross
from treasury_sim.domain.prices import Marks
from treasury_sim.domain.timeline import Timeline


def event_flows(lots: Sequence[Lot], books: Ledger, timeline: Timeline, marks: Marks) -> dict[str, Floats]:
    """Lines of the statement that come from the events of one asset.

    Returns
    -------
    dict
        ``coin_revenue``, ``coin_expense``, ``loan_receivable``, ``loan_remeasurement``, and ``returned``, the fair
        value of coins returned, each (paths, quarters), or (1, quarters) where the paths agree [currency].
    """
    lot_kind = np.array([lot.kind for lot in lots], dtype=object)[books.lot]
    out_kind = np.array([disposal.kind for disposal in books.disposals], dtype=object)[books.release_disposal]
    received = acquired_cost(books, timeline, marks, lot_kind == "receipt")
    paid = released_gross(books, timeline, marks, out_kind == "payment")
    lent = released_gross(books, timeline, marks, out_kind == "loan")
    returned = acquired_cost(books, timeline, marks, lot_kind == "return")
    on_loan = _on_loan(books, lot_kind == "return", out_kind == "loan", timeline)
    receivable = on_loan * marks.quarter_end if on_loan.any() else np.zeros((1, on_loan.size))
    return {
        "coin_revenue": received,
        "coin_expense": -paid,
        "loan_receivable": receivable,
        "returned": returned,
        "loan_remeasurement": np.diff(receivable, prepend=0.0) - lent + returned,
    }


def _on_loan(books: Ledger, returned: Bools, lent: Bools, timeline: Timeline) -> Floats:
    """Units on loan at each quarter end, (quarters,) [coins]."""
    out = sum_by_quarter(books.release_quantity[lent], books.release_mark[lent], timeline)
    back = sum_by_quarter(books.quantity[returned], books.acquired[returned], timeline)
    return np.cumsum(out - back)
