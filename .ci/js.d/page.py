"""The page of examples/js in headless Chromium: it verifies a pasted token while there is no network.

Arguments: the directory with the page and its node_modules, and a directory for a screenshot.
"""

import base64
import functools
import hashlib
import hmac
import http.server
import json
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.by import By

SITE, SCREENSHOTS = sys.argv[1], Path(sys.argv[2])
SECRET = "a secret for this page, 32 bytes or more"
# Without these switches Chromium makes requests of its own at every start.
CHROMIUM = """--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync
    --disable-background-networking --disable-component-update --disable-dev-shm-usage""".split()


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(claims: dict, secret: str = SECRET) -> str:
    text = b64(b'{"alg":"HS256"}') + "." + b64(json.dumps(claims).encode())
    return text + "." + b64(hmac.digest(secret.encode(), text.encode(), hashlib.sha256))


class Quiet(http.server.SimpleHTTPRequestHandler):
    asked: list[str] = []

    def log_message(self, *_: object) -> None:
        self.asked.append(self.path)


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        handler = functools.partial(Quiet, directory=SITE)
        cls.server = cls.enterClassContext(http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler))
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()
        cls.addClassCleanup(cls.server.shutdown)
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for argument in [*CHROMIUM, f"--user-data-dir={cls.enterClassContext(tempfile.TemporaryDirectory())}"]:
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        cls.browser = webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))
        cls.addClassCleanup(cls.browser.quit)
        cls.browser.get(f"http://127.0.0.1:{cls.server.server_port}/index.html")
        # When the page answers, the module is loaded. From now on there is no network.
        cls.verdict(cls, "x", "")
        cls.browser.execute_cdp_cmd("Network.enable", {})
        cls.browser.execute_cdp_cmd(
            "Network.emulateNetworkConditions",
            {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0},
        )
        Quiet.asked.clear()

    def tearDown(self) -> None:
        self.assertEqual(self.browser.get_log("browser"), [])
        self.assertEqual(Quiet.asked, [])

    def text(self, name: str) -> str:
        return self.browser.find_element(By.ID, name).text

    def verdict(self, pasted: str, secret: str) -> str:
        for name, value in {"token": pasted, "secret": secret}.items():
            field = self.browser.find_element(By.ID, name)
            field.clear()
            field.send_keys(value)
        for _ in range(50):
            self.browser.find_element(By.TAG_NAME, "button").click()
            if said := self.browser.find_element(By.ID, "verdict").text:
                return said
            time.sleep(0.1)
        raise AssertionError("the page says nothing")

    def test_a_valid_token(self) -> None:
        said = self.verdict(token({"sub": "zoe", "exp": 4000000000, "aud": "api", "admin": True}), SECRET)
        self.assertEqual(said, "Valid: signed with this secret, and its time is now.")
        self.assertEqual(self.text("header"), '{"alg":"HS256"}')
        self.assertEqual(json.loads(self.text("claims"))["admin"], True)
        self.browser.save_screenshot(str(SCREENSHOTS / "page.png"))

    def test_refused_tokens_are_shown_all_the_same(self) -> None:
        forged = token({"sub": "zoe", "exp": 4000000000}, "another secret")
        self.assertEqual(self.verdict(forged, SECRET), "Refused: the token's signature is not valid.")
        self.assertEqual(json.loads(self.text("claims"))["sub"], "zoe")
        self.assertEqual(self.verdict(token({"exp": 1}), SECRET), "Refused: the token has expired.")
        self.assertEqual(self.verdict(token({"exp": 1}), ""), "Not verified: there is no secret.")

    def test_what_is_no_token(self) -> None:
        said = self.verdict("<b>not a token</b>", SECRET)
        self.assertEqual(said, "No token: the token is not three segments separated by dots.")
        self.assertEqual(self.text("claims"), "")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
