"""The ten rewards of the demo."""

import dataclasses

from rewards.catalogue.domain import RewardKind


@dataclasses.dataclass(frozen=True, slots=True)
class DemoReward:
    """One reward: price in points, value in cents, stock and limit where there is one."""

    code: str
    name: str
    turkish: str
    description: str
    turkish_description: str
    price_points: int
    value_minor: int
    kind: RewardKind = RewardKind.GOODS
    left: int | None = None
    limit: int | None = None
    tier: str | None = None


REWARDS = (
    DemoReward("coffee", "A coffee on us", "Bir kahve bizden", "Any size, any counter.", "Her boy, her tezgâhta.", 100, 350),
    DemoReward(
        "bakery", "Baker's box", "Fırın kutusu", "Six pastries, baked this morning.", "Bu sabah pişmiş altı hamur işi.", 250, 600, left=80
    ),
    DemoReward("fruit", "Fruit basket", "Meyve sepeti", "Three kilos of what is in season.", "Mevsimin üç kilo meyvesi.", 400, 1200),
    DemoReward(
        "voucher",
        "5 off your basket",
        "Sepetinizde 5 indirim",
        "Show the code at the till.",
        "Kodu kasada gösterin.",
        500,
        500,
        RewardKind.VOUCHER,
    ),
    DemoReward(
        "flowers", "Bunch of flowers", "Bir demet çiçek", "Chosen by our florist.", "Çiçekçimizin seçimi.", 600, 1500, left=40, limit=2
    ),
    DemoReward("cheese", "Cheese board", "Peynir tahtası", "Four cheeses for four people.", "Dört kişiye dört peynir.", 900, 2400, left=25),
    DemoReward(
        "book",
        "The market cook book",
        "Pazar yemek kitabı",
        "120 recipes from our kitchen.",
        "Mutfağımızdan 120 tarif.",
        1200,
        2900,
        left=30,
        limit=1,
    ),
    DemoReward(
        "cinema",
        "Cinema ticket",
        "Sinema bileti",
        "One seat, any film, any day.",
        "Bir koltuk, her film, her gün.",
        1000,
        1400,
        RewardKind.THIRD_PARTY,
    ),
    DemoReward(
        "picnic",
        "Picnic bag",
        "Piknik çantası",
        "Insulated, with plates for four.",
        "Yalıtımlı, dört kişilik tabaklı.",
        1800,
        4900,
        left=15,
        tier="silver",
    ),
    DemoReward(
        "bottle", "Cellar bottle", "Mahzenden bir şişe", "Alcohol-free on request.", "İsterseniz alkolsüz.", 1500, 3900, left=0, tier="gold"
    ),
)
