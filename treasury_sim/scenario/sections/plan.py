"""`plan:`, what the holder does besides its list of lots."""

from typing import Literal

from treasury_sim.scenario.fields import Rows, Spec
from treasury_sim.scenario.rows import (
    LoanRow,
    LotRelief,
    PaymentRow,
    PurchaseRow,
    ReceiptRow,
    RestrictionRow,
    SaleRow,
    SwapRow,
    TransferRow,
)

Pool = Literal["wallet", "all"]


class Plan(Spec):
    """What the holder does besides its list of lots."""

    window_timing: Literal["even", "start", "end"] = "even"
    """When in its window an event happens: every day alike, all on the first day, or all on the last."""
    purchases: Rows[PurchaseRow] = ()
    """Purchases."""
    receipts: Rows[ReceiptRow] = ()
    """Coins received as income."""
    transfers: Rows[TransferRow] = ()
    """Moves between wallets of the holder."""
    sales: Rows[SaleRow] = ()
    """Sales."""
    payments: Rows[PaymentRow] = ()
    """Payments in coins."""
    swaps: Rows[SwapRow] = ()
    """Coins exchanged for other coins."""
    loans: Rows[LoanRow] = ()
    """Coins lent out."""
    restrictions: Rows[RestrictionRow] = ()
    """Coins that cannot be sold freely."""
    lot_relief: LotRelief = "fifo"
    """Which lots a disposal takes, in the books."""
    tax_lot_relief: LotRelief | None = None
    """Which lots a disposal takes for tax; as in the books if not given."""
    pool: Pool = "wallet"
    """Lots that a disposal may take, in the books: those of its wallet, or all."""
    tax_pool: Pool | None = None
    """The same for tax; as in the books if not given."""
