"""Every address says who may ask it."""

import pytest

from tests.architecture.house import patterns

# Views of packages, which carry no policy of ours: reviewed by hand, one line each.
REVIEWED = {
    "account_login": "public: signing in; limited by address and account",
    "account_logout": "public: ends the session by POST",
    "account_signup": "closed by the adapter: people are invited",
    "account_reauthenticate": "signed in",
    "account_inactive": "public: a sentence",
    "account_change_password": "signed in",
    "account_set_password": "signed in",
    "account_reset_password": "public: same words for known and unknown addresses; limited",
    "account_reset_password_done": "public: a sentence",
    "account_reset_password_from_key": "public: one-time key, kept in the session and not in the address",
    "account_reset_password_from_key_done": "public: a sentence",
    "account_email": "signed in: own address",
    "account_email_verification_sent": "public: a sentence",
    "account_confirm_email": "public: one-time key",
}
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
