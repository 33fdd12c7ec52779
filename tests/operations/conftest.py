from tests.web.conftest import quay

__all__ = ["quay"]
