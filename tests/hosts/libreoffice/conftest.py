"""Fixtures for the tests of the host itself."""

from tests.hosts.libreoffice.fixtures import libreoffice_host, libreoffice_office

__all__ = ["libreoffice_host", "libreoffice_office"]
