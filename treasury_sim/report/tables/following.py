"""How an asset follows another: the fit, its test against history, and blocks to paste."""

from __future__ import annotations

from treasury_sim.market.calibration import Fit
from treasury_sim.market.following import FollowTest
from treasury_sim.report.render.json import Json, json_text, records
from treasury_sim.report.tables.calibration import parameters_table, prices_block
from treasury_sim.report.tables.page import Page, Words
from treasury_sim.report.tables.table import Column, Row, Table


def following_report(fitted: Fit, test: FollowTest, leader: str) -> Page:
    """What `treasury-sim calibrate --model follows` prints."""
    return Page(
        (
            parameters_table(fitted),
            tails_table(test, leader),
            weeks_table(test, leader),
            Words("To paste into a scenario:", "title"),
            Words(follows_block(fitted, leader)),
            Words("For two models that are driven by normals:", "title"),
            Words(correlation_block(fitted, test, leader)),
        )
    )


def follows_block(fitted: Fit, leader: str) -> str:
    """The `prices:` section of a scenario with the fitted figures, as YAML."""
    return prices_block(fitted).replace("    model: follows\n", f"    model: follows\n    leader: {leader}\n")


def correlation_block(fitted: Fit, test: FollowTest, leader: str) -> str:
    """The `simulation:` section with the correlation of the window, as YAML."""
    error = f"  # daily log returns, standard error {test.correlation_error:.4f}"
    return f"simulation:\n  price_correlation: {{{leader}/{fitted.asset}: {test.correlation:.4f}}}{error}\n"


def tails_table(test: FollowTest, leader: str) -> Table:
    """Tails and correlation, of history and of the model."""
    columns = Column("of", ""), Column("history", "History", "number"), Column("model", "Model", "number")
    rows = (
        Row(("Both in their lowest 5 % of days, over 5 %", *(round(each, 2) for each in test.lower))),
        Row(("Both in their highest 5 %", *(round(each, 2) for each in test.upper))),
        Row((f"Correlation after {leader} fell by 15 % in a week", *(round(each, 2) for each in test.after_falls))),
    )
    note = "Days of the window; the model along the leader's days, drawn 200 times. A constant beta has equal tails."
    return Table("tails", "Tails", columns, rows, (note,))


def weeks_table(test: FollowTest, leader: str) -> Table:
    """Weeks of a crash: predicted from the leader's path, and actual."""
    columns = (
        Column("last", "Week to"),
        Column("leader", leader, "share", decimals=1),
        Column("actual", "Actual", "share", decimals=1),
        Column("predicted", "Predicted", "share", decimals=1),
        Column("by_constant", "Constant beta", "share", decimals=1),
        Column("status", "Parameters"),
    )
    rows = tuple(
        Row(
            (
                str(week.last),
                week.leader,
                week.actual,
                week.predicted,
                week.by_constant,
                "fitted" if week.in_window else "predicted",
            )
        )
        for week in test.weeks
    )
    model, constant = (f"{100.0 * error:.1f}" for error in test.errors)
    note = f"Root mean square error {model} points; of a constant beta of {test.constant_beta:.2f}, {constant} points."
    return Table("weeks", "Weeks of a crash", columns, rows, (note,))


def following_json(fitted: Fit, test: FollowTest, leader: str) -> str:
    """The fit and its test as JSON."""
    pairs: Json = {
        name: dict(zip(("history", "model"), values, strict=True))
        for name, values in (("lower_tail", test.lower), ("upper_tail", test.upper), ("after_falls", test.after_falls))
    }
    return json_text(
        {
            "asset": fitted.asset,
            "model": fitted.model,
            "leader": leader,
            "window": [fitted.window.first.isoformat(), fitted.window.last.isoformat()],
            "returns": fitted.returns,
            "parameters": {
                parameter.key: {"value": parameter.value, "standard_error": parameter.error}
                for parameter in fitted.parameters
            },
            "log_likelihood": fitted.log_likelihood,
            "akaike": fitted.akaike,
            **pairs,
            "correlation": {"value": test.correlation, "standard_error": test.correlation_error},
            "weeks": records(weeks_table(test, leader)),
            "rmse": dict(zip(("model", "constant_beta"), test.errors, strict=True)),
            "prices_block": follows_block(fitted, leader),
        }
    )
