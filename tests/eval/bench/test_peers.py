import pytest

from eval.bench.bulk import Article
from eval.bench.peers import PEERS, measure
from tests.eval.fakes import law, question

ARTICLES = [
    Article("Z0000001", "測試法", "1", "借用人應返還借用物。"),
    Article("Z0000001", "測試法", "2", "apple banana"),
]
ARTICLES += [Article("Z0000001", "測試法", str(number), "cherry durian") for number in range(3, 15)]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", PEERS)
def test_a_peer_finds_what_shares_its_words(name: str) -> None:
    search = PEERS[name]([article.text for article in ARTICLES])
    if search is None:
        pytest.skip(f"{name} is not installed")
    assert search("banana")[0] == 1


def test_a_peer_is_scored_like_everything_else() -> None:
    asked = [question(id="1", question="甲", gold=[law("1")]), question(id="2", question="乙", gold=[law("9")])]
    assert measure(lambda text: [1, 0], ARTICLES, asked).hit10 == 0.5
