"""The standard chart of accounts that every new book starts with. Codes can be mapped to the entity's own ERP codes."""

import dataclasses
from collections.abc import Sequence
from typing import Final

from ledger.books.domain import AccountType

CASH: Final = "1000"
CLEARING: Final = "1090"
GIFT_CARD_CLEARING: Final = "1095"
FEE_CLEARING: Final = "1096"
PARTNER_RECEIVABLE: Final = "1110"
INTERCOMPANY_RECEIVABLE: Final = "1120"
REWARD_SUPPLIERS: Final = "2000"
CHARITY_PAYABLE: Final = "2020"
PARTNER_PAYABLE: Final = "2010"
INTERCOMPANY_PAYABLE: Final = "2050"
POINTS_LIABILITY: Final = "2100"
GIFT_CARD_LIABILITY: Final = "2120"
FEE_LIABILITY: Final = "2130"
AWARD_PROVISION: Final = "2300"
EMPLOYEE_PROVISION: Final = "2310"
UNCLAIMED_PROPERTY: Final = "2320"
OPENING: Final = "3000"
GOODS_REVENUE: Final = "4000"
LOYALTY_REVENUE: Final = "4010"
GIFT_CARD_BREAKAGE: Final = "4020"
MARKETING_REVENUE: Final = "4030"
AGENCY_COMMISSION: Final = "4040"
FEE_REVENUE: Final = "4050"
PRICE_CONCESSIONS: Final = "4060"
REWARD_COST: Final = "5010"
POINTS_COST: Final = "5020"
PROMOTION_EXPENSE: Final = "6000"
GOODWILL_EXPENSE: Final = "6010"
DONATIONS: Final = "6020"
EMPLOYEE_EXPENSE: Final = "6030"


@dataclasses.dataclass(frozen=True, slots=True)
class ChartAccount:
    code: str
    name: str
    type: AccountType


_A, _L, _Q, _I, _E = AccountType
STANDARD: Final[Sequence[ChartAccount]] = (
    ChartAccount(CASH, "Cash and bank", _A),
    ChartAccount(CLEARING, "Points tender clearing", _A),
    ChartAccount(GIFT_CARD_CLEARING, "Gift card clearing", _A),
    ChartAccount(FEE_CLEARING, "Membership fee clearing", _A),
    ChartAccount("1100", "Receivables from customers", _A),
    ChartAccount(PARTNER_RECEIVABLE, "Receivables from partners", _A),
    ChartAccount(INTERCOMPANY_RECEIVABLE, "Intercompany receivable", _A),
    ChartAccount("1200", "Right-of-return asset", _A),
    ChartAccount("1210", "Inventory", _A),
    ChartAccount("1320", "Upfront consideration paid to customers", _A),
    ChartAccount(REWARD_SUPPLIERS, "Payable to reward suppliers", _L),
    ChartAccount(PARTNER_PAYABLE, "Payable to partners", _L),
    ChartAccount(CHARITY_PAYABLE, "Payable to charities", _L),
    ChartAccount(INTERCOMPANY_PAYABLE, "Intercompany payable", _L),
    ChartAccount(POINTS_LIABILITY, "Contract liability for points", _L),
    ChartAccount("2110", "Contract liability for promotional credit", _L),
    ChartAccount(GIFT_CARD_LIABILITY, "Contract liability for gift cards", _L),
    ChartAccount(FEE_LIABILITY, "Contract liability for membership fees", _L),
    ChartAccount("2140", "Contract liability for tier status", _L),
    ChartAccount("2150", "Points prepaid by partners", _L),
    ChartAccount("2200", "Refund liability", _L),
    ChartAccount("2210", "Cashback and rebates payable", _L),
    ChartAccount(AWARD_PROVISION, "Provision for points granted without a sale", _L),
    ChartAccount(EMPLOYEE_PROVISION, "Accrued employee rewards", _L),
    ChartAccount(UNCLAIMED_PROPERTY, "Unclaimed property payable", _L),
    ChartAccount("2400", "Sales tax payable", _L),
    ChartAccount(OPENING, "Opening balances taken over", _Q),
    ChartAccount("3900", "Currency translation adjustment", _Q),
    ChartAccount(GOODS_REVENUE, "Revenue from goods and services", _I),
    ChartAccount(LOYALTY_REVENUE, "Revenue from points, breakage included", _I),
    ChartAccount(GIFT_CARD_BREAKAGE, "Revenue from gift card breakage", _I),
    ChartAccount(MARKETING_REVENUE, "Revenue from marketing services to partners", _I),
    ChartAccount(AGENCY_COMMISSION, "Agency commission, net", _I),
    ChartAccount(FEE_REVENUE, "Revenue from membership fees", _I),
    ChartAccount(PRICE_CONCESSIONS, "Price concessions and consideration payable", _I),
    ChartAccount("5000", "Cost of goods sold", _E),
    ChartAccount(REWARD_COST, "Cost of third-party rewards", _E),
    ChartAccount(POINTS_COST, "Cost of third-party points", _E),
    ChartAccount(PROMOTION_EXPENSE, "Marketing expense for promotional points", _E),
    ChartAccount(GOODWILL_EXPENSE, "Customer-care expense for goodwill points", _E),
    ChartAccount(DONATIONS, "Donations", _E),
    ChartAccount(EMPLOYEE_EXPENSE, "Employee benefits", _E),
    ChartAccount("6900", "Foreign exchange", _E),
)
