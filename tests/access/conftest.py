from tests.api.conftest import harbour, hash_passwords_quickly, nobody
from tests.web.conftest import quay

__all__ = ["harbour", "hash_passwords_quickly", "nobody", "quay"]
