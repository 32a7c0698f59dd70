from tests.hosts.fixtures import memory_host

__all__ = ["memory_host"]
