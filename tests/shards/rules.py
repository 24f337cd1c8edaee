"""The rules, each a question to the catalogue that answers with its faults. A table with the column points_account_id is *spread*, by that column."""

import re
from collections.abc import Callable, Iterator

from django.db import connection

LOCAL = {
    "accounts_member": "where people are found by card, e-mail and phone, unique in a programme; stays beside users and sign-in",
    "accounts_claimcode": "belongs to sign-in",
    "accounts_consent": "belongs to the person, not to the wallet",
    "accounts_buyer": "who may buy for a member that is a company, beside the member",
    "accounts_expirynotice": "belongs to e-mails",
    "rewards_devaluationnotice": "belongs to e-mails",
    "accounts_outboxevent": "a queue: all workers take from one table",
    "ledger_sealleaf": "a log's order is one for the whole programme; written behind the purchase, by one sealer",
    "rewards_adjustment": "a request that a second person decides; found by state",
    "rewards_redemption": "found by its voucher's code, which is unique everywhere",
    "rewards_memberyear": "a row of one member, beside the member",
    "rewards_tierstanding": "a row of one member, beside the member",
    "rewards_receiverlookup": "the searches of an hour, beside the member",
    "rewards_giftcard": "found by its code; nobody's wallet, whoever keeps it",
    "rewards_transfer": "lies between two wallets",
    "rewards_event": "its number is unique in a programme, whoever it is about; granted in the wallet like a correction",
    "rewards_eventundo": "beside its event",
    "rewards_review": "waits for a check, found by state; what it earns is an event",
    "rewards_daychoice": "a row of one member, beside the member",
    "rewards_subscription": "its number is unique in a programme; beside the member",
    "rewards_causemark": "beside its event; adds up for the whole programme",
    "rewards_allowance": "a row of one member, beside the member",
    "rewards_recognition": "lies between two wallets",
    "rewards_recognitionundo": "beside its recognition",
    "rewards_checkin": "beside the member; what it earns is an event",
    "rewards_referralcode": "a code is unique everywhere, beside the member",
    "rewards_balanceimportrow": "a line of a file, about a member who may not exist yet; granted in the wallet like a correction",
    "rewards_privacywish": "what a shop asks about a person's data, beside the member",
    "rewards_backtestpart": "figures of members that add up; names where they begin and end",
    "rewards_importundoline": "what becomes of a line of a file; taken back in the wallet like a correction",
    "rewards_segmentmember": "a list of members, beside the members",
    "rewards_campaignaudience": "who is asked is decided for a whole programme at once, beside the members",
    "rewards_campaignclip": "a row of one member, beside the member",
    "rewards_tieraward": "a request that a second person decides, beside the member",
    "rewards_tiercount": "a row of one member, beside the member",
    "rewards_tierfinding": "what a check of all members found",
}
"""Tables about a wallet or a member that stay in one place, and why."""

REFERENCE = {"ledger_pointunit": "a few rows of configuration, copied to every machine"}
"""What spread tables may point a foreign key at, besides the wallet and one another."""

OWN_TRIGGERS = {
    "ledger_refuse_change": "looks at nothing: refuses",
    "ledger_make_seal_secret": "writes the new wallet's own secret",
}
"""Trigger functions of spread tables that look at no other wallet's rows."""

MANY_WALLETS = {
    "ledger_expire": "a job in chunks: locks wallets in order, then works on those",
    "ledger_mature": "a job in chunks, as expiry",
    "ledger_grant_many": "a batch: reads its rows and hands them to the set",
    "ledger_grant_set": "a batch: locks its wallets in order, then works on those",
    "ledger_redeem_many": "a batch, as grants",
    "ledger_redeem_set": "a batch, as grants",
    "ledger_lock_balances": "locks a set of wallets in order",
    "ledger_move_ends": "a set: locks its wallets in order, then moves the ends of lots in those",
    "ledger_convert_due": "a job in chunks: locks wallets in order, then converts in one after the other",
    "ledger_tick": "reads what is committed, behind the purchase",
    "ledger_add_range": "part of a tick",
    "ledger_untaken": "what no tick has taken yet, for reports",
    "ledger_verify": "looks through everything on purpose",
    "ledger_seal": "seals what is committed, behind the purchase",
    "ledger_leaves_of_this_transaction": "what this transaction has posted, of whichever wallets: for the receipt",
}
"""Functions that look at rows of more than one wallet, and why they may."""

SHARED_WRITES = {
    "accounts_idempotencykey": "the request's own key, in a table without a wallet: who sends it twice may not name the same member",
    "accounts_outboxevent": "inserted into a queue",
    "rewards_purchaseclaim": "a receipt is claimed by whichever member, so the claim is nobody's",
    "rewards_redemption": LOCAL["rewards_redemption"],
    "rewards_redemptionclaim": "as a purchase's claim",
    "rewards_giftcard": "pays whoever brings it: a row of its own, locked right after the wallet",
    "rewards_giftcardevent": "beside its card",
    "rewards_rewardstock": "counted pieces of a reward: a row of its own, locked last",
    "rewards_memberyear": LOCAL["rewards_memberyear"],
    "rewards_tierstanding": LOCAL["rewards_tierstanding"],
}
"""Tables besides the spread ones that a purchase, a return or a redemption writes, and why."""

FAULT = tuple[str, ...]
_SPREAD = """
    SELECT c.oid, c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'points_account_id' AND NOT a.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> ALL (%(local)s)
"""


def faults_of(statement: str) -> list[FAULT]:
    """Run a question; {spread} in it stands for the spread tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            statement.replace("{spread}", _SPREAD), {"local": list(LOCAL), "reference": list(REFERENCE), "own": list(OWN_TRIGGERS)}
        )
        return [tuple(str(part) for part in row) for row in cursor.fetchall()]


def tables_about_wallets_that_nobody_placed() -> list[FAULT]:
    """Whatever names a wallet or a member is spread by its wallet, or is among those that stay in one place for a reason."""
    return faults_of("""
        SELECT DISTINCT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
         WHERE a.attname IN ('points_account', 'member_id', 'wallet_id', 'points_account_id') AND c.relkind IN ('r', 'p') AND NOT c.relispartition
           AND c.relnamespace = 'public'::regnamespace AND c.relname <> ALL (%(local)s) AND c.oid NOT IN (SELECT s.oid FROM ({spread}) s)
    """)


def keys_without_the_wallet() -> list[FAULT]:
    """Every spread table has a primary key; it and every other unique or exclusion index contain the wallet."""
    return faults_of("""
        SELECT s.relname, 'has no primary key' FROM ({spread}) s WHERE NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = s.oid AND i.indisprimary)
         UNION ALL
        SELECT s.relname, i.indexrelid::regclass::text FROM ({spread}) s JOIN pg_index i ON i.indrelid = s.oid AND (i.indisunique OR i.indisexclusion)
         WHERE NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = s.oid AND a.attname = 'points_account_id'
                              AND a.attnum = ANY ((string_to_array(i.indkey::text, ' ')::smallint[])[1:i.indnkeyatts]))
    """)


def wallets_that_may_be_missing() -> list[FAULT]:
    """The wallet is a uuid that is always there."""
    return faults_of("""
        SELECT s.relname FROM ({spread}) s JOIN pg_attribute a ON a.attrelid = s.oid AND a.attname = 'points_account_id'
         WHERE NOT a.attnotnull OR a.atttypid <> 'uuid'::regtype
    """)


def foreign_keys_that_leave_the_wallet() -> list[FAULT]:
    """From a spread table: to a spread table with the wallet on both sides, to the wallet itself, or to a reference table; never deferred."""
    return faults_of("""
        SELECT s.relname, k.conname FROM ({spread}) s JOIN pg_constraint k ON k.conrelid = s.oid AND k.contype = 'f' JOIN pg_class r ON r.oid = k.confrelid
         WHERE k.condeferrable
            OR NOT CASE WHEN r.relname = ANY (%(reference)s) THEN true
                        WHEN r.relname = 'ledger_pointsaccount' THEN pg_get_constraintdef(k.oid) LIKE 'FOREIGN KEY (points_account_id)%%'
                        WHEN r.oid IN (SELECT t.oid FROM ({spread}) t) THEN EXISTS (
                             SELECT FROM unnest(k.conkey, k.confkey) AS p (here, there)
                               JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.here AND a.attname = 'points_account_id'
                               JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = p.there AND b.attname = 'points_account_id')
                        ELSE false END
    """)


def foreign_keys_from_what_stays_in_one_place() -> list[FAULT]:
    """What stays in one place points no foreign key at a spread table."""
    return faults_of("""
        SELECT k.conrelid::regclass, k.conname FROM pg_constraint k
         WHERE k.contype = 'f' AND k.confrelid IN (SELECT s.oid FROM ({spread}) s) AND k.conrelid NOT IN (SELECT s.oid FROM ({spread}) s)
           AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = k.conrelid AND c.relispartition)
    """)


def counters() -> list[FAULT]:
    """No sequence: ids are made by the application, so that no machine asks another for a number."""
    return faults_of("""
        SELECT s.relname, a.attname FROM ({spread}) s JOIN pg_attribute a ON a.attrelid = s.oid AND a.attnum > 0 AND NOT a.attisdropped
          LEFT JOIN pg_attrdef d ON d.adrelid = s.oid AND d.adnum = a.attnum
         WHERE a.attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) LIKE '%%nextval(%%'
    """)


def triggers_that_look_elsewhere() -> list[FAULT]:
    """A trigger of a spread table looks at its own wallet's rows or at nothing."""
    return faults_of("""
        SELECT s.relname, t.tgname, p.proname FROM ({spread} UNION ALL SELECT c.oid, c.relname FROM pg_class c WHERE c.relname = 'ledger_pointsaccount') s
          JOIN pg_trigger t ON t.tgrelid = s.oid AND NOT t.tgisinternal JOIN pg_proc p ON p.oid = t.tgfoid
         WHERE p.proname <> ALL (%(own)s)
    """)


def functions_that_leave_the_wallet() -> list[FAULT]:
    """A function of one wallet takes it first, reads spread tables by it in every place, writes nothing else and waits for nobody else."""
    return [
        fault
        for name, arguments, source in _functions()
        if name not in MANY_WALLETS
        for fault in _faults_of_function(name, arguments, source)
    ]


def _functions() -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT proname, pg_get_function_identity_arguments(oid), prosrc FROM pg_proc
             WHERE pronamespace = 'public'::regnamespace AND prokind = 'f' AND prorettype <> 'trigger'::regtype AND proname ~ '^(ledger|rewards|accounts)_' ORDER BY 1
        """)
        return list(cursor.fetchall())


def _faults_of_function(name: str, arguments: str, source: str) -> Iterator[FAULT]:
    spread = "|".join(spread_tables())
    words = re.sub(r"--[^\n]*", "", source)
    read = re.compile(rf"\b(?:FROM|JOIN|UPDATE|USING)\s+(?:ONLY\s+)?(?:{spread})\b", re.IGNORECASE)
    if not re.search(rf"\b(?:{spread})\b", words):
        return
    if not re.match(r"(p_account|p_from|p_lot) ", arguments):
        yield name, "its first argument is no wallet"
    for statement in words.split(";"):
        places, named = len(read.findall(statement)), len(re.findall(r"points_account_id\s*(?:=|IN\b)", statement))
        if places > named:
            yield name, f"reads {places} times and names the wallet {named} times: {' '.join(statement.split())[:100]}"
    for target in re.findall(r"\b(?:INSERT\s+INTO|DELETE\s+FROM|(?<!FOR )(?<!DO )UPDATE)\s+([a-z_]+)", words, re.IGNORECASE):
        if not re.fullmatch(spread, target):
            yield name, f"writes {target}"
    for word in re.findall(r"nextval|pg_advisory\w*|\bNOTIFY\b|\bSERIALIZABLE\b|\bLOCK TABLE\b", words, re.IGNORECASE):
        yield name, f"uses {word}"


def spread_tables() -> list[str]:
    return [name for (name,) in faults_of("SELECT s.relname FROM ({spread}) s ORDER BY 1")]


def shared_rows_written(act: Callable[[], object]) -> list[FAULT]:
    """Which tables an act wrote that are neither spread nor named in SHARED_WRITES. To be asked in a transaction that did nothing else."""
    before = _written()
    act()
    allowed = {*spread_tables(), *SHARED_WRITES, "ledger_movement", "ledger_lotmove"}
    return sorted((name,) for name, writes in _written().items() if writes > before.get(name, 0) and _parent(name) not in allowed)


def _written() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables WHERE schemaname = 'public'")
        return dict(cursor.fetchall())


def _parent(name: str) -> str:
    return re.sub(r"_(\d{6}|unplanned)$", "", name)
