"""Walks through the page of `barejwt-server serve` in headless Chromium, with the keyboard alone.

Arguments: the binary `barejwt-server`, a directory whose node_modules has axe-core, a directory for screenshots.
"""

import json
import re
import sys
import tempfile
import time
import unittest
from collections.abc import Callable
from pathlib import Path

from login_server import EMAIL, PASSWORD, LoginServer
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

BINARY, NODE, SCREENSHOTS = (Path(argument) for argument in sys.argv[1:])

# Without these switches Chromium makes requests of its own at every start.
CHROMIUM = """--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync
    --disable-background-networking --disable-component-update --disable-dev-shm-usage""".split()


def chromium(profile: str) -> webdriver.Chrome:
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in [*CHROMIUM, f"--user-data-dir={profile}", "--window-size=1000,900"]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))


class PageTest(unittest.TestCase):
    """Each test opens the page anew. At its end the console is empty and no request went elsewhere."""

    access_ttl = 3600

    @classmethod
    def setUpClass(cls) -> None:
        cls.server = cls.enterClassContext(LoginServer(BINARY, cls.access_ttl))
        cls.browser = chromium(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.addClassCleanup(cls.browser.quit)
        # A new window loads files of the browser, which are not the page's requests.
        cls.browser.get("about:blank")
        cls.browser.get_log("performance")

    def setUp(self) -> None:
        self.browser.get(f"{self.server.url}/")

    def tearDown(self) -> None:
        self.assertEqual(self.browser.get_log("browser"), [])
        sent = self.sent()
        self.assertIn(f"{self.server.url}/app.js", sent)
        outside = [url for url in sent if not url.startswith((f"{self.server.url}/", "data:,"))]
        self.assertEqual(outside, [])

    def sent(self) -> list[str]:
        """The URLs of the requests since it was last asked."""
        messages = [json.loads(entry["message"])["message"] for entry in self.browser.get_log("performance")]
        return [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]

    # With the keyboard.

    def press(self, *keys: str) -> None:
        ActionChains(self.browser).send_keys(*keys).perform()

    def focus(self, wanted: WebElement) -> None:
        for _ in range(60):
            if self.browser.switch_to.active_element == wanted:
                return
            self.press(Keys.TAB)
        self.fail(f"{wanted.get_attribute('outerHTML')} is not reached with Tab")

    def fill(self, field: str, text: str) -> None:
        self.focus(self.element(field))
        ActionChains(self.browser).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).perform()
        self.press(text)

    def push(self, button: str) -> None:
        self.focus(self.browser.find_element(By.XPATH, f"//button[text()='{button}']"))
        self.press(Keys.SPACE)

    def choose_call(self, value: str) -> None:
        """Chooses with the arrow keys, from the radio button that has the focus."""
        checked = "//input[@name='call'][@value='{}']"
        selected = self.browser.find_element(By.CSS_SELECTOR, "input[name=call]:checked")
        self.focus(selected)
        wanted = self.browser.find_element(By.XPATH, checked.format(value))
        for _ in range(3):
            if wanted.is_selected():
                return
            self.press(Keys.DOWN)
        self.fail(f"{value} is not reached with the arrow keys")

    def choose_header(self, value: str) -> None:
        select = self.element("send")
        self.focus(select)
        self.press(Keys.HOME)
        for _ in range(5):
            if select.get_attribute("value") == value:
                return
            self.press(Keys.DOWN)
        self.fail(f"{value} is not reached with the arrow keys")

    # What is shown.

    def element(self, name: str) -> WebElement:
        return self.browser.find_element(By.ID, name)

    def shown(self, step: str) -> dict[str, str]:
        """Returns what a step shows: the verdict, and each term with its definition."""
        result = self.element(f"{step}-result")
        terms = [term.text for term in result.find_elements(By.TAG_NAME, "dt")]
        definitions = [definition.text for definition in result.find_elements(By.TAG_NAME, "dd")]
        verdict = result.find_element(By.CLASS_NAME, "verdict").text
        return {"verdict": verdict, **dict(zip(terms, definitions, strict=True))}

    def after(self, step: str, action: Callable[[], None]) -> dict[str, str]:
        """Returns what a step shows after `action` has changed it."""
        verdicts = lambda: self.browser.find_elements(By.CSS_SELECTOR, f"#{step}-result .verdict")
        before = verdicts()
        action()
        WebDriverWait(self.browser, 10).until(lambda _: verdicts() and verdicts() != before)
        return self.shown(step)

    def assert_accepted(self, shown: dict[str, str]) -> dict[str, str]:
        self.assertTrue(shown["verdict"].startswith("Accepted: "), shown)
        self.assertEqual(json.loads(shown["Answer"])["code"], 0)
        self.assertNotIn("WWW-Authenticate", shown)
        return shown

    def assert_refused(self, shown: dict[str, str], code: int, reason: str) -> dict[str, str]:
        self.assertTrue(shown["verdict"].startswith(f"Refused: {reason}"), shown)
        self.assertEqual(json.loads(shown["Answer"])["code"], code)
        return shown

    # The steps.

    def sign_in(self, password: str = PASSWORD) -> dict[str, str]:
        self.fill("email", EMAIL)
        self.fill("password", password)
        return self.after("sign-in", lambda: self.press(Keys.ENTER))

    def call(self, call: str, header: str) -> dict[str, str]:
        self.choose_call(call)
        self.choose_header(header)
        return self.after("call", lambda: self.push("Call"))

    def refresh(self) -> dict[str, str]:
        return self.after("refresh", lambda: self.push("Refresh"))

    def data(self, shown: dict[str, str]) -> dict:
        return json.loads(self.assert_accepted(shown)["Answer"])["data"]


class Walk(PageTest):
    def test_sign_in_shows_header_claims_and_times(self) -> None:
        self.assertEqual(self.element("state").text, "Nobody is signed in.")
        user = self.data(self.sign_in())["user"]
        self.assertEqual(self.element("state").text, f"Signed in as {user['id']}.")
        tokens = self.element("tokens").text
        self.assertIn('{"alg":"HS256","typ":"JWT"}', tokens)
        for claim in ['"token_type": "access"', '"token_type": "refresh"', '"state_hash"', '"root_token_id"']:
            self.assertIn(claim, tokens)
        self.assertEqual(tokens.count(f'"sub": "{user["id"]}"'), 2)
        self.assertRegex(tokens, r"Expires \(exp\)\n1\d{9}, \w+ \d+, \d{4}")
        self.assertRegex(self.element("countdown").text, r"expires in 3[56]\d\d s: ")
        self.assertEqual(self.element("password").get_attribute("value"), "")

    def test_a_wrong_password_is_refused(self) -> None:
        shown = self.assert_refused(self.sign_in("wrong"), 40020, "the email address or the password is wrong")
        self.assertNotIn(PASSWORD, self.browser.page_source)
        self.assertEqual(shown["Request"], "POST /api/v4/session/token")
        self.assertEqual(self.element("state").text, "Nobody is signed in.")
        self.assertFalse(self.element("refresh").is_enabled())

    def test_mode_none_does_not_look_at_the_header(self) -> None:
        self.sign_in()
        for header in ["nothing", "access", "altered", "basic"]:
            self.assert_accepted(self.call("ping", header))

    def test_mode_required_needs_an_access_token(self) -> None:
        user = self.data(self.sign_in())["user"]
        self.assertEqual(self.data(self.call("me", "access"))["id"], user["id"])
        missing = self.assert_refused(self.call("me", "nothing"), 401, "the Authorization header is missing")
        self.assertRegex(missing["WWW-Authenticate"], r'^Bearer realm="[^"]+"$')
        wrong = self.assert_refused(self.call("me", "refresh"), 401, "the token is of the wrong type")
        self.assertIn('error="invalid_token"', wrong["WWW-Authenticate"])
        self.assert_refused(self.call("me", "altered"), 401, "the token's signature is not valid")
        self.assert_refused(self.call("me", "basic"), 401, "the Authorization scheme is not Bearer")

    def test_mode_optional_shows_a_stranger_less_and_refuses_a_bad_header(self) -> None:
        self.sign_in()
        stranger = self.data(self.call("info", "nothing"))
        oneself = self.data(self.call("info", "access"))
        self.assertEqual(stranger["id"], oneself["id"])
        self.assertLess(set(stranger), set(oneself))
        self.assert_refused(self.call("info", "altered"), 401, "the token's signature is not valid")
        self.assert_refused(self.call("info", "basic"), 401, "the Authorization scheme is not Bearer")

    def test_an_access_token_that_lives_is_not_refused_as_expired(self) -> None:
        self.sign_in()
        shown = self.after("expired", lambda: self.push("Call user/me with it"))
        self.assertEqual(shown["verdict"], "Accepted: this token has not expired yet")

    def test_an_expired_token_is_refused_at_once_and_shown(self) -> None:
        button = "Call user/me with a token that expired"
        shown = self.after("expired", lambda: self.push(button))
        self.assert_refused(shown, 401, "the token has expired (exp 1745655578")
        self.assertIn('error_description="the token has expired"', shown["WWW-Authenticate"])
        self.assertEqual(shown["Header"], '{"alg":"HS256","typ":"JWT"}')
        self.assertEqual(json.loads(shown["Claims"])["exp"], 1745655578)
        self.assertRegex(shown["Expires (exp)"], r"^1745655578, Apr 26, 2025")
        # The one of a session is good beside it.
        self.sign_in()
        self.assert_accepted(self.after("expired", lambda: self.push("Call user/me with it")))

    def test_a_token_from_the_tool_can_be_pasted(self) -> None:
        user = self.data(self.sign_in())["user"]
        use = lambda: self.push("Call user/me with it")
        self.fill("token", self.server.mint("--sub", user["id"]))
        self.assertEqual(self.data(self.after("expired", use))["id"], user["id"])
        self.fill("token", self.server.mint("--sub", user["id"], "--ttl", "1s"))
        time.sleep(4)
        self.assert_refused(self.after("expired", use), 401, "the token has expired (exp 1")

    def test_a_token_of_another_system_is_looked_at_and_sent_nowhere(self) -> None:
        look = lambda: self.push("Look at it")
        self.browser.get_log("performance")
        # From RFC 7519 3.1.
        header = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
        claims = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        signature = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        self.fill("foreign", f"{header}.{claims}.{signature}")
        shown = self.after("look", look)
        self.assertEqual(shown["verdict"], "Decoded here. The signature is not checked.")
        self.assertEqual(shown["Header"], '{"typ":"JWT","alg":"HS256"}')
        found = {"iss": "joe", "exp": 1300819380, "http://example.com/is_root": True}
        self.assertEqual(json.loads(shown["Claims"]), found)
        self.assertRegex(shown["Expires (exp)"], r"^1300819380, Mar 22, 2011")
        self.assertNotIn("Valid from (nbf)", shown)
        self.assertEqual(shown["Signature"], signature)
        self.fill("foreign", "no token")
        self.assertTrue(self.after("look", look)["verdict"].startswith("This is no token: "))
        self.assertEqual(self.sent(), [])
        self.browser.refresh()

    def test_refresh_brings_a_new_pair_that_works(self) -> None:
        self.sign_in()
        first = self.element("tokens").text
        self.assert_accepted(self.refresh())
        self.assertNotEqual(self.element("tokens").text, first)
        self.assert_accepted(self.call("me", "access"))
        self.assert_accepted(self.refresh())

    def test_two_quick_clicks_refresh_once(self) -> None:
        self.sign_in()
        click_twice = "const refresh = document.getElementById('refresh'); refresh.click(); refresh.click();"
        self.assert_accepted(self.after("refresh", lambda: self.browser.execute_script(click_twice)))
        # The chain lives.
        self.assert_accepted(self.refresh())

    def test_the_password_is_changed_and_every_refresh_token_dies(self) -> None:
        self.sign_in()
        new = "another battery staple"

        def change(current: str, to: str) -> dict[str, str]:
            self.fill("current-password", current)
            self.fill("new-password", to)
            return self.after("password-change", lambda: self.push("Change the password"))

        self.assert_refused(change("wrong", new), 40020, "the email address or the password is wrong")
        self.assert_refused(change(PASSWORD, "password123"), 40001, "this password is among the commonest")
        self.assert_accepted(change(PASSWORD, new))
        self.assert_refused(self.refresh(), 40020, "the account has changed since the token was issued")
        self.assert_accepted(self.sign_in(new))
        self.assert_accepted(change(new, PASSWORD))

    def test_a_server_that_is_gone_is_told_in_words(self) -> None:
        gone = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        back = gone | {"offline": False}
        self.addCleanup(self.browser.get_log, "browser")
        self.addCleanup(self.browser.execute_cdp_cmd, "Network.emulateNetworkConditions", back)
        self.browser.execute_cdp_cmd("Network.enable", {})
        self.browser.execute_cdp_cmd("Network.emulateNetworkConditions", gone)
        self.fill("email", EMAIL)
        self.fill("password", PASSWORD)
        self.press(Keys.ENTER)
        result = lambda _: self.element("sign-in-result").text
        self.assertIn("No answer: the server cannot be reached.", WebDriverWait(self.browser, 10).until(result))
        self.browser.get_log("browser")  # Chromium's own line of it.

    def test_a_used_refresh_token_ends_the_session(self) -> None:
        self.sign_in()
        self.assertFalse(self.element("replay").is_enabled())
        self.assert_accepted(self.refresh())
        replay = lambda: self.push("Send the used refresh token again")
        self.assert_refused(self.after("refresh", replay), 40020, "the refresh token was used before")
        self.assert_refused(self.refresh(), 40020, "the refresh token was signed out or revoked")

    def test_sign_out_kills_the_refresh_token_at_once(self) -> None:
        user = self.data(self.sign_in())["user"]
        self.assert_accepted(self.after("sign-out", lambda: self.push("Sign out")))
        self.assertEqual(self.element("state").text, f"{user['id']} has signed out.")
        self.assert_refused(self.refresh(), 40020, "the refresh token was signed out or revoked")
        self.assert_accepted(self.call("me", "access"))


class ExpiredToken(PageTest):
    access_ttl = 2

    def test_an_expired_access_token_is_refused_until_a_refresh(self) -> None:
        self.sign_in()
        # The server's leeway is two seconds.
        expired = lambda _: re.search(r" expired ([3-9]|\d\d+) s ago", self.element("countdown").text)
        WebDriverWait(self.browser, 20).until(expired)
        shown = self.after("expired", lambda: self.push("Call user/me with it"))
        self.assert_refused(shown, 401, "the token has expired (exp 1")
        self.assertIn('error_description="the token has expired"', shown["WWW-Authenticate"])
        self.assert_accepted(self.refresh())


class Access(PageTest):
    def test_the_policy_lets_in_nothing_but_its_own_files(self) -> None:
        policy = self.browser.execute_async_script(
            "const done = arguments[0]; fetch('/').then((page) => done(page.headers.get('Content-Security-Policy')))"
        )
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        self.assertEqual(rules["default-src"], "'none'")
        self.assertEqual((rules["script-src"], rules["style-src"], rules["connect-src"]), ("'self'",) * 3)
        self.assertEqual(rules["frame-ancestors"], "'none'")

    def test_every_control_has_a_label_or_text(self) -> None:
        controls = self.browser.find_elements(By.CSS_SELECTOR, "input:not([hidden]), select, button")
        self.assertGreater(len(controls), 10)
        self.assertEqual([c.get_attribute("outerHTML") for c in controls if not c.accessible_name.strip()], [])

    def test_axe_finds_nothing_in_light_and_in_dark(self) -> None:
        self.sign_in()
        self.call("me", "nothing")
        self.addCleanup(self.browser.execute_cdp_cmd, "Emulation.setEmulatedMedia", {})
        for scheme in ["light", "dark"]:
            features = [{"name": "prefers-color-scheme", "value": scheme}]
            self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
            self.browser.save_screenshot(str(SCREENSHOTS / f"{scheme}.png"))
            self.browser.execute_script((NODE / "node_modules/axe-core/axe.min.js").read_text())
            report = self.browser.execute_async_script("axe.run().then(arguments[0])")
            self.assertGreater(len(report["passes"]), 20)
            self.assertEqual([(v["id"], [n["html"] for n in v["nodes"]]) for v in report["violations"]], [])

    def test_it_fits_a_narrow_window(self) -> None:
        """WCAG 2.2 1.4.10: no scrolling sideways at 320 pixels."""
        self.sign_in()
        self.call("me", "access")
        metrics = {"width": 320, "height": 640, "deviceScaleFactor": 1, "mobile": False}
        self.addCleanup(self.browser.execute_cdp_cmd, "Emulation.clearDeviceMetricsOverride", {})
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        width = self.browser.execute_script("return document.documentElement.scrollWidth")
        self.browser.save_screenshot(str(SCREENSHOTS / "narrow.png"))
        self.assertLessEqual(width, 320)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
