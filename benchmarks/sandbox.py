"""The sandbox's own time for 25 line items, client and loopback included.

`python benchmarks/sandbox.py`; the bound is 5 ms.
"""

import http.client
import json
import statistics
import time
import urllib.parse

from xlsx_addin.sandbox import INVOICES, SANDBOX_CREDENTIALS, UNLIMITED, Sandbox, SandboxOptions

PATH = "/reconciliation/2021-01-08/invoices"
KEYS = ("orderId", "orderLineItemId", "shipmentId")
TIMES = 300


def main() -> None:
    for region in ("na", "eu", "jp"):
        options = SandboxOptions(region=region, limits={INVOICES: UNLIMITED})
        with Sandbox(options) as sandbox:
            times = sorted(_measure(sandbox))
        median, slow = statistics.median(times), times[int(0.95 * len(times))]
        print(f"{region}: median {median * 1e3:.1f} ms, 95 % below {slow * 1e3:.1f} ms")


def _measure(sandbox: Sandbox) -> list[float]:
    connection = http.client.HTTPConnection(sandbox.endpoint.removeprefix("http://"))
    known = SANDBOX_CREDENTIALS
    form = {
        "grant_type": "refresh_token",
        "refresh_token": known.refresh_token,
        "client_id": known.client_id,
        "client_secret": known.client_secret,
    }
    headers = {"content-type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/auth/o2/token", urllib.parse.urlencode(form), headers)
    token = json.loads(connection.getresponse().read())["access_token"]
    lines = sandbox.account.line_items(25)
    body = json.dumps({"orderLineItems": [dict(zip(KEYS, line, strict=True)) for line in lines]})
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        connection.request("POST", PATH, body, {"x-amz-access-token": token})
        connection.getresponse().read()
        times.append(time.perf_counter() - began)
    connection.close()
    return times


if __name__ == "__main__":
    main()
