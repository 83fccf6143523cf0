"""Every address says who may ask it."""

import pytest

from tests.architecture.house import patterns

# Views of packages whose address carries no policy of ours: name and who may ask, reviewed by hand. None so far.
REVIEWED: dict[str, str] = {}
ALL = list(patterns())


@pytest.mark.parametrize(("address", "name", "view"), ALL, ids=[name for _address, name, _view in ALL])
def test_every_view_declares_a_policy(address, name, view):
    policy = getattr(view, "policy", None)
    assert policy or name in REVIEWED, f"{address} ({view.__module__}.{view.__qualname__}) has no policy"
    assert not (policy and name in REVIEWED), f"{name} has a policy of its own: take it off the list"


def test_the_reviewed_list_names_nothing_that_is_gone():
    assert {name for _address, name, _view in ALL} >= set(REVIEWED)


def test_names_and_addresses_are_unique():
    names = [name for _address, name, _view in ALL]
    addresses = [address for address, _name, _view in ALL]
    assert len(set(names)) == len(names)
    assert len(set(addresses)) == len(addresses)
