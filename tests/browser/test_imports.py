"""An import in a browser: handed in by one colleague, read, decided by another, posted, and its report taken."""

from playwright.sync_api import expect

from accounts.programmes.queries import currency_of
from accounts.staff.roles import Role
from ledger.points import services as bank
from loyalty.kit import clock
from rewards.import_undos import services as undos
from rewards.imports.models import BalanceImport
from rewards.imports.services import work_on_all
from tests.browser.steps import check_axe, fits, login, shoot
from tests.colleagues import colleague
from tests.reporting.factories import open_shop
from tests.rewards.import_undos.stage import taking_of
from tests.rewards.imports.stage import bring

TEXT = b"""email,points,expiry_date,reason,shoe size
ada@example.org,1250,2027-12-31,Stamp cards of 2025,38
zz@example.org,70,,,
grace@example.org,12x,,,
"a@example.org,5,,,
"""


def test_a_file_comes_in_by_two_people(page, live_url):
    shop = open_shop()
    shop.member(), shop.member("Grace", "grace@example.org")
    login(page, live_url, colleague(Role.SUPPORT, name="Sue Support", email="sue@example.org"))
    page.goto("/staff/programmes/aldersgate/imports/")
    expect(page.get_by_text("Nothing was imported yet")).to_be_visible()
    check_axe(page)
    page.get_by_role("link", name="Import balances").click()
    page.get_by_label("Choose a file").set_input_files({"name": "old-cards.csv", "mimeType": "text/csv", "buffer": TEXT})
    page.get_by_label("Why?").fill("We leave the old stamp cards behind")
    assert fits(page)
    check_axe(page)
    shoot(page, "import-form")
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_text("0 of 4")).to_be_visible()
    check_axe(page)
    shoot(page, "import-reading")
    work_on_all(at=clock.now())
    expect(page.get_by_role("heading", name="Rows that do not count")).to_be_visible(timeout=10_000)

    login(page, live_url, colleague(Role.FINANCE_APPROVER, name="Fred Finance", email="fred@example.org"))
    page.reload()
    assert fits(page)
    check_axe(page)
    shoot(page, "import-preview", kept=True)
    page.get_by_label("Agree and post it").check()
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("heading", name="old-cards.csv is being posted")).to_be_visible()
    work_on_all(at=clock.now())
    expect(page.get_by_role("heading", name="old-cards.csv posted", exact=True)).to_be_visible(timeout=10_000)
    with page.expect_download() as report:
        page.get_by_role("link", name="Report as CSV").click()
    assert report.value.suggested_filename == "report-aldersgate-old-cards.csv"
    page.get_by_role("link", name="All rows").click()
    assert fits(page)
    check_axe(page)
    shoot(page, "import-rows")
    assert BalanceImport.objects.get().results["given"] == {"points": 1250}


def test_an_import_is_undone_by_two_people(page, live_url):
    shop = open_shop()
    ada = shop.member()
    shop.member("Grace", "grace@example.org")
    row = bring(shop.programme, "email,points\nada@example.org,1250\ngrace@example.org,300\n", at=clock.now())
    unit = currency_of(shop.programme).unit
    bank.redeem(taking=taking_of(ada, unit, 500, clock.now()))
    login(page, live_url, colleague(Role.SUPPORT, name="Sue Support", email="sue@example.org"))
    page.goto(f"/staff/programmes/aldersgate/imports/{row.pk}/")
    check_axe(page)
    shoot(page, "import-posted")
    page.get_by_role("link", name="Undo this import").click()
    page.get_by_label("Why?").fill("These were the balances of last month")
    assert fits(page)
    check_axe(page)
    shoot(page, "import-undo-form")
    page.get_by_role("button", name="Work it out").click()
    expect(page.get_by_text("Working it out")).to_be_visible()
    undos.work_on_all(at=clock.now())
    expect(page.get_by_role("heading", name="Lines to look at")).to_be_visible(timeout=10_000)

    login(page, live_url, colleague(Role.FINANCE_APPROVER, name="Fred Finance", email="fred@example.org"))
    page.reload()
    assert fits(page)
    check_axe(page)
    shoot(page, "import-undo-preview")
    page.get_by_label("Agree and post it").check()
    page.get_by_role("button", name="Decide").click()
    undos.work_on_all(at=clock.now())
    expect(page.get_by_role("heading", name="Undo of old.csv posted", exact=True)).to_be_visible(timeout=10_000)
    check_axe(page)
    shoot(page, "import-undo-posted")
    page.get_by_role("link", name="All lines").click()
    assert fits(page)
    check_axe(page)
    shoot(page, "import-undo-lines")
