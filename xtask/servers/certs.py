"""A throw-away certificate authority and the server certificates it signs."""

import datetime
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = datetime.timedelta(days=1)


def make(directory: Path) -> None:
    """Writes ca.pem, good.pem (localhost, 127.0.0.1) and bad.pem (another host's name)."""
    key = ec.generate_private_key(ec.SECP256R1())
    ca = _builder("Throw-away test authority", key.public_key(), issuer=None)
    ca = ca.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    ca = ca.add_extension(_usage(authority=True), critical=True).sign(key, hashes.SHA256())
    (directory / "ca.pem").write_bytes(_pem(ca))
    good = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    _server(directory / "good.pem", good, ca, key)
    _server(directory / "bad.pem", [x509.DNSName("another-host.invalid")], ca, key)


def _server(path: Path, names: list, ca: x509.Certificate, ca_key) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    cert = _builder("Throw-away test server", key.public_key(), issuer=ca.subject)
    cert = cert.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    cert = cert.add_extension(x509.SubjectAlternativeName(names), critical=False)
    cert = cert.add_extension(_usage(authority=False), critical=True)
    server = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    cert = cert.add_extension(server, critical=False).sign(ca_key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.touch(mode=0o600)
    path.write_bytes(private + _pem(cert))


def _builder(name: str, public, issuer) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.timezone.utc)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer or subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        # A day back, because the clocks of a container and its host may differ.
        .not_valid_before(now - DAY)
        .not_valid_after(now + 2 * DAY)
    )


def _usage(authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(cert: x509.Certificate) -> bytes:
    return cert.public_bytes(serialization.Encoding.PEM)
