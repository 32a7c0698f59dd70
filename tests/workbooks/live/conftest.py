from tests.hosts.fixtures import memory_host
from tests.hosts.libreoffice.fixtures import libreoffice_host, libreoffice_office

__all__ = ["libreoffice_host", "libreoffice_office", "memory_host"]
