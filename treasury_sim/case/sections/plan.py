"""`plan:`, purchases, disposals and other events of the period."""

from typing import Literal

from treasury_sim.case.fields import Rows, Spec
from treasury_sim.case.rows import (
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
    """Events of the holder after its opening lots."""

    window_timing: Literal["even", "start", "end"] = "even"
    """Timing of an event within its window: evenly over all days, on the first day, or on the last."""
    purchases: Rows[PurchaseRow] = ()
    """Purchases."""
    receipts: Rows[ReceiptRow] = ()
    """Coins received as income."""
    transfers: Rows[TransferRow] = ()
    """Transfers between wallets of the holder."""
    sales: Rows[SaleRow] = ()
    """Sales."""
    payments: Rows[PaymentRow] = ()
    """Payments in coins."""
    swaps: Rows[SwapRow] = ()
    """Coins exchanged for other coins."""
    loans: Rows[LoanRow] = ()
    """Coins lent out."""
    restrictions: Rows[RestrictionRow] = ()
    """Coins with a restriction on sale."""
    lot_relief: LotRelief = "fifo"
    """Lot relief in the books."""
    tax_lot_relief: LotRelief | None = None
    """Lot relief for tax; by default as in the books."""
    pool: Pool = "wallet"
    """Lots that a disposal may take in the books: those in its wallet, or all."""
    tax_pool: Pool | None = None
    """Lots that a disposal may take for tax; by default as in the books."""
