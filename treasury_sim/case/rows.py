"""Lots and events as a scenario writes them, read into the dataclasses of `domain.holding`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import BeforeValidator, PlainValidator
from pydantic import Field as Key

from treasury_sim.case.fields import Day, NotNegative, Positive, Spec, Text, fault
from treasury_sim.case.names import FrameworkName
from treasury_sim.case.row_checks import (
    BuyingRow,
    EarningRow,
    HeldRow,
    LendingRow,
    MovingRow,
    PayingRow,
    RestrictedRow,
    SellingRow,
    SwappingRow,
)
from treasury_sim.case.strict import reader, row, strict
from treasury_sim.domain.holding import Lot, Opening
from treasury_sim.domain.plan import Loan, Payment, Purchase, Receipt, Restriction, Sale, Swap, Transfer

LotRelief = Literal["fifo", "lifo", "hifo", "specific", "average"]
"""Which lots a disposal takes first: oldest, newest, highest cost, those named in `lots`, or a share of each."""

DISPOSALS = ("sales", "payments", "swaps", "loans")
"""Tables of the plan whose rows dispose of lots."""

OWN_ID = "a unique id"


def _no_window(value: object) -> object:
    if isinstance(value, (list, tuple)):
        raise fault("one date", fix="Write one entry for each day.")
    return value


def _no_average(value: object) -> object:
    if value == "average":
        raise fault("fifo, lifo, hifo or specific", fix="`average` is for the whole plan: set it as plan.lot_relief.")
    return value


_OneDay = Annotated[Day, BeforeValidator(_no_window)]
_EventRelief = Annotated[Literal["fifo", "lifo", "hifo", "specific"], BeforeValidator(_no_average)]
_Lots = Annotated[Mapping[Text, Positive], Key(min_length=1)]

_COINS: dict[str, object] = {"asset": Text, "quantity": Positive, "wallet": Text}
_DISPOSAL: dict[str, object] = {
    **_COINS,
    "lot_relief": _EventRelief | None,
    "tax_lot_relief": _EventRelief | None,
    "lots": _Lots | None,
}
_RECURRING: dict[str, object] = {
    "quantity": Positive | None,
    "date": Day,
    "date_to": Day | None,
    "until": _OneDay | None,
    "amount": Positive | None,
}
_TRADED: dict[str, object] = {**_RECURRING, "fee": NotNegative}

_OpeningEntry = Annotated[
    Opening, row(Opening, Spec, date=_OneDay, framework=FrameworkName, carrying=NotNegative, surplus=NotNegative)
]
_LOT = strict(
    Lot,
    HeldRow,
    **_COINS,
    acquired=Day,
    acquired_to=Day | None,
    unit_cost=NotNegative,
    fee=NotNegative,
    tax_basis=NotNegative | None,
    opening=_OpeningEntry | None,
)
read_lot = reader(Lot, _LOT)
"""Read a lot from a mapping; raises pydantic's ``ValidationError``."""

LotRow = Annotated[Lot, PlainValidator(read_lot, json_schema_input_type=_LOT)]
PurchaseRow = Annotated[Purchase, row(Purchase, BuyingRow, **{**_COINS, **_TRADED}, unit_cost=Positive | None)]
ReceiptRow = Annotated[
    Receipt,
    row(
        Receipt,
        EarningRow,
        **{**_COINS, **_RECURRING},
        unit_value=NotNegative | None,
        kind=Literal["mined", "reward", "customer"],
    ),
]
SaleRow = Annotated[Sale, row(Sale, SellingRow, **{**_DISPOSAL, **_TRADED}, proceeds=NotNegative | None)]
PaymentRow = Annotated[Payment, row(Payment, PayingRow, **{**_DISPOSAL, **_RECURRING}, value=NotNegative | None)]
SwapRow = Annotated[
    Swap,
    row(
        Swap,
        SwappingRow,
        **_DISPOSAL,
        date=_OneDay,
        for_asset=Text,
        for_quantity=Positive,
        value=NotNegative | None,
    ),
]
TransferRow = Annotated[
    Transfer,
    row(
        Transfer,
        MovingRow,
        asset=Text,
        quantity=Positive,
        date=_OneDay,
        from_wallet=Text,
        to_wallet=Text,
        lots=_Lots | None,
    ),
]
LoanRow = Annotated[Loan, row(Loan, LendingRow, **_DISPOSAL, date=_OneDay, returned=_OneDay | None)]
RestrictionRow = Annotated[
    Restriction,
    row(
        Restriction,
        RestrictedRow,
        asset=Text,
        quantity=Positive,
        date=_OneDay,
        until=_OneDay | None,
        kind=Literal["pledged", "staked", "locked", "contractual"],
    ),
]


def number_lots(lots: Sequence[Lot]) -> tuple[Lot, ...]:
    """Name each lot without an id by its position: ``lot-1`` is the first."""
    return tuple(lot if lot.id else replace(lot, id=f"lot-{number}") for number, lot in enumerate(lots, start=1))


def repeated_ids(ids: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield the positions and ids that repeat an earlier id; ids given by position count, too."""
    seen: set[str] = set()
    for position, given in ids:
        name = given or f"lot-{position + 1}"
        if name in seen:
            yield position, name
        seen.add(name)
