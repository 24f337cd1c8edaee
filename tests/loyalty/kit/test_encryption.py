import pytest

from loyalty.kit.encryption import SecretUnreadable, decrypted, encrypted


def test_what_is_encrypted_is_read_again_for_its_purpose_only():
    token = encrypted("whsec_ünlü", "shop")

    assert decrypted(token, "shop") == "whsec_ünlü"
    assert b"whsec" not in token
    assert encrypted("whsec_ünlü", "shop") != token
    with pytest.raises(SecretUnreadable):
        decrypted(token, "till")


def test_an_older_key_still_reads_and_a_lost_one_does_not(settings):
    token = encrypted("secret", "shop")
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-key-of-this-installation"

    settings.SECRET_KEY_FALLBACKS = [old]
    assert decrypted(token, "shop") == "secret"

    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(SecretUnreadable):
        decrypted(token, "shop")
